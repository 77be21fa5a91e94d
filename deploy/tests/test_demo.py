"""The demo's people and houses are the article's in number, and fit the services' own rules."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo import estates, people, posts
from deploy.demo.load import AT_ONCE, DemoData, in_parallel
from deploy.demo.prepare import DEMO_FILE, SECRET_FILE, _kept, write_secret
from deploy.demo.residents import residents
from deploy.demo.size import BUILDINGS_MIN, Size
from services.property.domain.estate import Management
from services.property.domain.estate_check import register
from services.property.service.estate import (
    BuildingDraft,
    DwellingDraft,
    EntranceDraft,
    EstateDraft,
    identified,
)
from services.requests.domain.service_type_seed import SERVICE_TYPES
from shared.auth import ROLE_SCOPES, SigningKey

MODEL = Size()


def test_the_households_are_as_many_as_in_the_article_each_in_a_home_of_its_own() -> None:
    households = people.households(MODEL)
    assert Counter(each.categories[0] for each in households) == {
        "elderly_empty_nest": 30,
        "severe_disability": 18,
        "hardship": 85,
    }
    assert len({each.dwelling_id for each in households}) == 133
    assert {each.estate_id for each in households} == {each.id for each in estates.ESTATES}


def test_the_estates_are_the_models_in_size() -> None:
    homes = [home for estate in estates.estates(MODEL) for home in estate.dwelling_ids()]
    assert (len(estates.estates(MODEL)), len(set(homes))) == (2, 2016)
    assert 4_900 <= len(list(residents(MODEL, {}))) <= 5_100
    assert len(people.members(MODEL)) == 300
    assert Counter(len(each.categories) for each in people.households(MODEL)) == {1: 116, 2: 17}


@given(st.integers(6, 300), st.integers(0, 9))
@settings(max_examples=15)
def test_a_demo_of_any_size_has_homes_for_all(buildings: int, seed: int) -> None:
    size = Size(buildings, seed)
    assert sum(each.buildings for each in estates.estates(size)) == buildings
    households = people.households(size)
    at_home = people.at_home(size)
    assert len(at_home) == len(households) + len(people.members(size))
    assert at_home[people.asking().dwelling_id] == people.person_id("resident", people.RESIDENT)


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    same, again, other = (
        list(residents(Size(6, seed), people.at_home(Size(6, seed)))) for seed in (1, 1, 2)
    )
    assert same == again != other
    assert len({each.person_id for each in same}) == len(same)
    everybody = {each.person_id for each in same}
    assert set(people.at_home(Size(6, 1)).values()) <= everybody


@pytest.mark.parametrize(
    "told", [{"DEMO_BUILDINGS": "5"}, {"DEMO_BUILDINGS": "many"}, {"DEMO_SEED": "-1"}]
)
def test_a_size_that_is_none_is_refused_by_its_name(told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(told))):
        Size.read(told)


def test_the_tokens_are_those_of_who_asks_of_their_helper_and_of_the_helpers_branch() -> None:
    grants, helper = people.grants(), people.members(MODEL)[people.HELPER]
    assert grants["member"].person == helper.person_id
    assert grants["branch"].branch == helper.branch_id
    assert grants["resident"].person == people.households(MODEL)[people.RESIDENT].person_id


@pytest.mark.parametrize("estate", estates.ESTATES, ids=lambda estate: estate.code)
def test_property_gives_an_estate_the_ids_that_the_demo_reckons_with(
    estate: estates.DemoEstate,
) -> None:
    body = estate.body()
    draft = EstateDraft(
        community=body["community"],
        code=body["code"],
        name=body["name"],
        management=Management(body["management"]),
        contractor_id=body["contractor_id"],
        id=body["id"],
        buildings=tuple(
            BuildingDraft(
                code=building["code"],
                entrances=tuple(
                    EntranceDraft(
                        code=entrance["code"],
                        dwellings=tuple(
                            DwellingDraft(code=home["code"]) for home in entrance["dwellings"]
                        ),
                    )
                    for entrance in building["entrances"]
                ),
            )
            for building in body["buildings"]
        ),
    )
    registered, _ = register(identified(draft, lambda kind: f"{kind}_none"))
    homes = [
        home.id
        for building in registered.buildings
        for entrance in building.entrances
        for home in entrance.dwellings
    ]
    assert homes == estate.dwelling_ids()
    assert registered.buildings[0].id == estate.building_id("1")


def test_each_role_gets_a_token_with_the_scopes_of_that_role_alone() -> None:
    key = SigningKey.generate()
    now = datetime(2026, 11, 24, tzinfo=UTC)
    for role, token in people.tokens(key, now=now).items():
        claims = jwt.decode(token, options={"verify_signature": False})
        assert set(claims["scope"].split()) == ROLE_SCOPES[role]
        assert claims["communities"] == ["hongmiao"]


async def test_things_are_done_side_by_side_but_never_more_than_the_limit_at_once() -> None:
    under_way, most = 0, 0

    async def act(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return number * 2

    assert await in_parallel(act, range(50)) == [number * 2 for number in range(50)]
    assert most == AT_ONCE


async def test_the_first_failure_ends_the_others() -> None:
    ended = []

    async def act(number: int) -> None:
        if number == 3:
            raise ValueError(number)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    with pytest.raises(ValueError, match="3"):
        await in_parallel(act, range(5))
    assert sorted(ended) == [0, 1, 2, 4]


def test_a_secret_is_written_for_its_owner_alone_and_replaces_what_was_there(
    tmp_path: Path,
) -> None:
    for text in ("first", "second"):
        write_secret(tmp_path / "secret", text)
        assert (tmp_path / "secret").read_text() == text
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("text", ["", "no json", "{}", '{"keys": {}}'])
def test_a_demo_file_that_cannot_be_read_counts_as_lost(tmp_path: Path, text: str) -> None:
    assert _kept(tmp_path) is None
    (tmp_path / DEMO_FILE).write_text(text)
    (tmp_path / SECRET_FILE).write_text("whsec_x\n")
    assert _kept(tmp_path) is None


def test_the_secrets_of_an_earlier_run_are_found_again(tmp_path: Path) -> None:
    (tmp_path / DEMO_FILE).write_text('{"keys": {"contractor": "linli_dev_x"}}')
    (tmp_path / SECRET_FILE).write_text("whsec_x\n")
    assert _kept(tmp_path) == DemoData("linli_dev_x", "whsec_x", "")
    both = {"keys": {"contractor": "linli_dev_x"}, "open311": {"api_key": "linli_dev_y"}}
    (tmp_path / DEMO_FILE).write_text(json.dumps(both))
    assert _kept(tmp_path) == DemoData("linli_dev_x", "whsec_x", "linli_dev_y")


def test_every_member_is_of_a_branch_that_is_registered_and_posts_are_held_by_members() -> None:
    known = {branch.id for branch in posts.branches()}
    assert {member.branch_id for member in people.members(MODEL)} == known
    assert len(posts.POSTS) == len({post.code for post in posts.POSTS}) == 5
    for size in (Size(BUILDINGS_MIN), MODEL):
        count = len(people.members(size))
        held = [number for post in posts.POSTS for number in post.holders(count)]
        assert len(set(held)) == len(held) == sum(post.held_by for post in posts.POSTS)
        assert set(held) <= set(range(count))


def test_what_posts_answer_for_is_asked_for_in_requests() -> None:
    codes = set(SERVICE_TYPES)
    for post in posts.POSTS:
        for category in post.categories:
            assert [code for code in codes if code == category or code.startswith(f"{category}.")]
