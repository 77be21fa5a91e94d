"""The whole service on the real store: what is sent twice happens once."""

import asyncio

import pytest

from services.pairing.tests.api.world import CONSENT, HOUSEHOLD, MEMBER, SENSITIVE, World

pytestmark = pytest.mark.mongo


async def test_a_registration_sent_twice_under_one_key_is_one(real_world: World) -> None:
    first = await real_world.post("/members", "staff", MEMBER, idempotency_key="k-1")
    again = await real_world.post("/members", "staff", MEMBER, idempotency_key="k-1")
    without = await real_world.post("/members", "staff", MEMBER)

    assert (first.status, again.status) == (201, 201)
    assert (again.body, again.headers["location"]) == (first.body, first.headers["location"])
    assert (without.status, without.json()["code"]) == (409, "member.exists")


async def test_a_household_answered_again_is_masked_as_before(real_world: World) -> None:
    first = await real_world.post("/households", "staff", HOUSEHOLD, idempotency_key="k-2")
    again = await real_world.post("/households", "staff", HOUSEHOLD, idempotency_key="k-2")

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert not [word for word in SENSITIVE if word in again.body.decode()]


async def test_a_key_with_another_body_is_refused(real_world: World) -> None:
    path = f"/households/{real_world.ids['households']}/consent"
    await real_world.post(path, "staff", CONSENT, idempotency_key="k-3")

    body = {**CONSENT, "scope": "visits"}
    other = await real_world.post(path, "staff", body, idempotency_key="k-3")

    assert (other.status, other.json()["code"]) == (422, "idempotency.reused")


@pytest.mark.parametrize(
    ("path", "who", "body"),
    [
        ("/care-tasks/{care-tasks}/acceptance", "member", None),
        ("/care-tasks/{care-tasks}/decline", "member", None),
        ("/contributions/{contributions}/submission", "member", {"minutes": 30}),
        ("/pairings/{pairings}/pause", "branch", None),
        ("/pairings/{pairings}/end", "branch", {"reason": "moved"}),
    ],
)
async def test_an_action_sent_twice_under_one_key_happens_once(
    real_world: World, path: str, who: str, body: object
) -> None:
    path = path.format(**real_world.ids)
    home = f"/households/{real_world.ids['households']}/branch"
    given = await real_world.post(home, "staff", {"branch_id": "brn_1"})
    assert given.status == 200  # as on the news that its pairing began: it stays so when that ends

    first = await real_world.post(path, who, body, idempotency_key="k-4")
    again = await real_world.post(path, who, body, idempotency_key="k-4")

    assert (first.status, again.status) == (200, 200), first.body
    assert again.body == first.body


async def test_of_two_who_decide_on_one_version_one_wins(real_world: World) -> None:
    path = f"/care-tasks/{real_world.ids['care-tasks']}"

    answers = await asyncio.gather(
        real_world.post(f"{path}/acceptance", "member", if_match='"1"'),
        real_world.post(f"{path}/decline", "member", if_match='"1"'),
    )

    assert sorted(answer.status for answer in answers) == [200, 412]


async def test_the_circumstances_of_a_household_come_back_as_they_were_sent(
    real_world: World,
) -> None:
    made = (await real_world.post("/households", "staff", HOUSEHOLD)).json()

    shown = await real_world.get(f"/households/{made['id']}?purpose=correction", "staff")

    assert shown.json()["categories"] == HOUSEHOLD["categories"]
    assert shown.json()["needs"] == HOUSEHOLD["needs"]
    assert shown.headers["etag"] == '"1"'
