"""Both stories end to end, undisturbed; and what must be so at the edges between the services."""

import asyncio
from collections import Counter
from xml.etree import ElementTree

import aiohttp
import pytest
import pytest_asyncio

from deploy.client import Refused
from deploy.demo import people, posts
from deploy.demo.estates import estates
from deploy.demo.prepare import prepare
from deploy.demo.residents import residents
from deploy.stories import (
    Stage,
    company_to_committee,
    neighbours_reconciled,
    repair_to_its_end,
    resident_to_helper,
)
from tests.e2e.conftest import Deploy
from tests.e2e.deployment import SIZE, Deployment
from tests.e2e.effects import effects_once, received

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployment(deploy: Deploy) -> Deployment:
    return await deploy()


async def told(stage: Stage, request_id: str) -> list[str]:
    """What the resident's story of a request says happened, in its order."""
    story = await stage.caller("resident").get("requests", f"/requests/{request_id}/story")
    return [each["type"].split(".")[2] for each in story["items"]]


async def test_the_company_reports_and_the_committee_is_told_every_step_in_order(
    deployment: Deployment, stage: Stage
) -> None:
    ended = await company_to_committee(stage)
    assert len(ended.told) == 11
    assert {each["community"] for each in ended.told} == {"hongmiao"}
    await effects_once(stage, deployment)


async def test_a_resident_is_helped_and_the_helper_is_credited(
    deployment: Deployment, stage: Stage
) -> None:
    ended = await resident_to_helper(stage)
    assert await told(stage, ended.request_id) == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "resolved",
        "followed_up",
        "closed",
    ]
    await effects_once(stage, deployment)


async def test_a_repair_that_did_not_hold_is_done_again_and_then_closed(
    deployment: Deployment, stage: Stage
) -> None:
    ended = await repair_to_its_end(stage)
    assert await told(stage, ended.request_id) == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "resolved",
        "followed_up",
        "reopened",
        "started",
        "resolved",
        "followed_up",
        "closed",
    ]
    await effects_once(stage, deployment)


async def test_neighbours_are_reconciled_and_nobody_else_is_told_of_it(
    deployment: Deployment, stage: Stage
) -> None:
    ended = await neighbours_reconciled(stage)

    assert await told(stage, ended.request_id) == [
        "submitted",
        "accepted",
        "assigned",
        "started",
        "resolved",
        "followed_up",
        "closed",
    ]
    hooks = str(received(deployment))
    assert ended.request_id not in hooks
    assert ended.mediation_id not in hooks
    await effects_once(stage, deployment)


async def test_many_stories_at_once_do_not_disturb_each_other(
    deployment: Deployment, stage: Stage
) -> None:
    tellings = [company_to_committee(stage) for _ in range(4)]
    helpings = [resident_to_helper(stage) for _ in range(4)]
    await asyncio.gather(*tellings, *helpings)
    assert deployment.repeated() == []
    await effects_once(stage, deployment)


async def test_a_web_hook_tells_what_happened_and_nothing_of_whom(stage: Stage) -> None:
    ended = await company_to_committee(stage)
    for told in ended.told:
        assert told["specversion"] == "1.0"
        assert "text" not in told["data"]
        assert "note" not in str(told["data"])


async def test_the_demo_is_loaded_once_and_a_second_time_changes_nothing(
    deployment: Deployment, stage: Stage
) -> None:
    async def counted() -> Counter[str]:
        staff = stage.caller("staff")
        found: Counter[str] = Counter()
        for service, noun in (
            ("property", "estates"),
            ("pairing", "branches"),
            ("pairing", "members"),
            ("pairing", "persons"),
            ("pairing", "posts"),
            ("pairing", "households"),
            ("pairing", "pairings"),
            ("pairing", "menus"),
            ("pairing", "activities"),
        ):
            for each in await staff.items(service, f"/{noun}", limit=100):
                found[f"{noun} {each.get('state', '')} {each['version']}"] += 1
        return found

    before = await counted()
    again = await prepare(
        deployment.home, deployment.urls, deployment.demo["receiver"]["url"], SIZE
    )
    assert await counted() == before
    paired = await stage.caller("staff").items("pairing", "/pairings", limit=100)
    helped = {household for pairing in paired for household in pairing["household_ids"]}
    assert len(helped) == len(people.households(SIZE))
    of_a_kind: Counter[str] = Counter()
    for kind, count in before.items():
        of_a_kind[kind.rpartition(" ")[0]] += count
    assert of_a_kind == {
        "estates ": len(estates(SIZE)),
        "branches ": people.BRANCHES,
        "posts open": len(posts.POSTS),
        "members active": len(people.members(SIZE)),
        "persons registered": len(list(residents(SIZE, {}))),
        "households consented": len(people.households(SIZE)),
        "pairings active": len(paired),
        "menus published": 1,
        "activities planned": 1,
    }
    assert again["keys"]["contractor"] == deployment.demo["keys"]["contractor"]
    assert (deployment.home / "demo.json").stat().st_mode & 0o777 == 0o600


async def test_a_request_from_a_home_that_no_estate_has_is_refused(stage: Stage) -> None:
    body = {
        "service_code": "care.shopping",
        "estate_id": (await stage.caller("staff").items("property", "/estates"))[0]["id"],
        "dwelling_id": "dwl_nowhere",
        "description": "x",
    }
    with pytest.raises(Refused) as caught:
        await stage.caller("resident").post("requests", "/requests", body, key="nowhere")
    assert (caught.value.status, caught.value.code) == (422, "dwelling.unknown")


@pytest.mark.parametrize(("example", "state"), [("incident", "reported"), ("request", "assigned")])
async def test_the_examples_can_be_sent_as_they_stand_as_often_as_one_likes(
    deployment: Deployment, session: aiohttp.ClientSession, example: str, state: str
) -> None:
    sent = deployment.demo["examples"][example]
    made = set()
    for _ in range(2):
        async with session.request(
            sent["method"], sent["url"], headers=sent["headers"], json=sent["body"]
        ) as answer:
            assert answer.status == 201
            body = await answer.json()
            assert body["state"] == state
            made.add(body["id"])
    assert len(made) == 2


async def test_a_city_s_client_reports_with_what_the_demo_gives_it(
    deployment: Deployment, stage: Stage
) -> None:
    endpoint, api_key = (deployment.demo["open311"][name] for name in ("endpoint", "api_key"))
    report = {
        "api_key": api_key,
        "service_code": "repair.lighting",
        "lat": "39.9166",
        "long": "116.4841",
        "description": "路灯不亮",
    }
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{endpoint}requests.xml", data=report) as answer:
            assert answer.status == 200
            request_id = ElementTree.fromstring(await answer.read()).findtext(
                "request/service_request_id"
            )
        async with session.get(f"{endpoint}/requests/{request_id}.json") as answer:
            (shown,) = await answer.json()

    assert shown["status"] == "open"
    assert shown["address"] == "红庙东院"
    kept = await stage.caller("staff").get("requests", f"/requests/{request_id}")
    assert (kept["channel"], kept["assignment"]["unit"]) == ("open311", "property")
