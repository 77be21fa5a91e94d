"""The register of residents, over both stores."""

from dataclasses import replace

import pytest

from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.person import PersonState
from services.pairing.service.household import Purpose
from services.pairing.service.person import Newcomer
from services.pairing.tests.harness import HERE, THERE, Harness
from services.pairing.tests.samples import CIRCUMSTANCES
from services.pairing.tests.samples_person import PARTICULARS
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState
from shared.mongo import Database
from shared.testing_erasure import all_told

ASKED = ErasureReason.ASKED_FOR


async def test_a_resident_is_kept_as_told(harness: Harness) -> None:
    somebody = await harness.resident()

    assert somebody.id.startswith("per_")
    assert await harness.backing.people.get(somebody.id) == somebody
    assert (somebody.name, somebody.phone) == (PARTICULARS.name, "13800000000")


async def test_an_id_of_the_identity_provider_is_registered_once(harness: Harness) -> None:
    newcomer = Newcomer(HERE[0], PARTICULARS, id="per_known")
    await harness.residents.register(newcomer)

    for community in (HERE[0], THERE[0]):
        told = replace(PARTICULARS, dwelling_id=None)
        with pytest.raises(Conflict, match=r"person\.exists"):
            await harness.residents.register(Newcomer(community, told, id="per_known"))


@pytest.mark.parametrize("dwelling_id", ["dwl_unheard", "dwl_9"])
async def test_nobody_lives_in_a_dwelling_that_is_unknown_or_elsewhere(
    harness: Harness, dwelling_id: str
) -> None:
    somebody = await harness.resident()
    gone = await harness.residents.leave(somebody.id, communities=HERE)

    for attempt in (
        harness.resident(dwelling_id=dwelling_id),
        harness.residents.change(somebody.id, {"dwelling_id": dwelling_id}, communities=HERE),
        harness.residents.come_back(somebody.id, dwelling_id=dwelling_id, communities=HERE),
    ):
        with pytest.raises(Invalid, match=r"dwelling\.unknown"):
            await attempt
    assert await harness.backing.people.get(somebody.id) == gone


async def test_a_change_leaves_the_rest_and_what_is_so_already_writes_nothing(
    harness: Harness,
) -> None:
    somebody = await harness.resident()

    same = await harness.residents.change(
        somebody.id, {"phone": "138-0000-0000"}, communities=HERE, seen=1
    )
    changed = await harness.residents.change(somebody.id, {"phone": None}, communities=HERE, seen=1)

    assert same == somebody
    assert changed == replace(somebody, phone=None, version=2)
    with pytest.raises(Stale):
        await harness.residents.change(somebody.id, {"name": "示例"}, communities=HERE, seen=1)


async def test_who_left_and_came_back_has_a_story_without_particulars(harness: Harness) -> None:
    somebody = await harness.resident()
    await harness.residents.leave(somebody.id, communities=HERE)
    back = await harness.residents.come_back(somebody.id, dwelling_id="dwl_2", communities=HERE)

    story = await harness.residents.story(somebody.id, communities=HERE)

    assert (back.state, back.dwelling_id) == (PersonState.REGISTERED, "dwl_2")
    assert [each.type.split(".")[2] for each in story] == ["registered", "left", "returned"]
    whole = " ".join(str(each) for each in story)
    assert not [word for word in ("示例", "138", "1948", "dwl_") if word in whole]


async def test_who_is_erased_leaves_an_id_behind_and_nothing_else(
    harness: Harness, either: Database | None
) -> None:
    somebody = await harness.resident()
    await all_told(either)

    for _ in "12":
        erased = await harness.residents.erase(somebody.id, reason=ASKED, communities=HERE)

    assert (erased.state, erased.version) == (PersonState.ERASED, 2)
    assert (erased.name, erased.phone, erased.birth_date) == ("", None, None)
    assert erased.erased_at == harness.clock.now()
    with pytest.raises(WrongState):
        await harness.residents.change(somebody.id, {"name": "示例"}, communities=HERE)


async def test_who_is_cared_for_is_not_erased_until_the_household_goes_on_without_them(
    harness: Harness, either: Database | None
) -> None:
    one, two = await harness.resident(), await harness.resident()
    home = await harness.households.register(
        communities=HERE,
        dwelling_id="dwl_1",
        person_ids=(one.id, two.id),
        circumstances=CIRCUMSTANCES,
    )
    with pytest.raises(Conflict, match=r"person\.cared_for"):
        await harness.residents.erase(one.id, reason=ASKED, communities=HERE)

    await harness.households.change(home.id, {"person_ids": (two.id,)}, communities=HERE)
    await all_told(either)
    erased = await harness.residents.erase(one.id, reason=ASKED, communities=HERE)

    assert erased.state is PersonState.ERASED


async def test_a_reading_of_one_or_of_a_page_is_on_record_for_each(harness: Harness) -> None:
    one, two = await harness.resident(), await harness.resident()
    await harness.residents.read(one.id, communities=HERE, by="per_staff", purpose=Purpose.VISIT)
    page = await harness.residents.records(
        communities=HERE, by="per_branch", purpose=Purpose.REVIEW, cursor=None, limit=10
    )

    of_one = await harness.residents.readings(one.id, communities=HERE, cursor=None, limit=10)
    of_two = await harness.residents.readings(two.id, communities=HERE, cursor=None, limit=10)

    assert {each.id for each in page.items} == {one.id, two.id}
    assert sorted(each.by for each in of_one.items) == ["per_branch", "per_staff"]
    assert [(each.by, each.purpose) for each in of_two.items] == [("per_branch", Purpose.REVIEW)]


async def test_another_communitys_resident_is_not_there(harness: Harness) -> None:
    somebody = await harness.resident()
    people = harness.residents

    for attempt in (
        people.read(somebody.id, communities=THERE, by="per_x", purpose=Purpose.VISIT),
        people.change(somebody.id, {"phone": None}, communities=THERE),
        people.leave(somebody.id, communities=THERE),
        people.come_back(somebody.id, dwelling_id=None, communities=THERE),
        people.erase(somebody.id, reason=ASKED, communities=THERE),
        people.readings(somebody.id, communities=THERE, cursor=None, limit=1),
        people.story(somebody.id, communities=THERE),
    ):
        with pytest.raises(NotFound):
            await attempt
    listed = await people.records(
        communities=THERE, by="per_x", purpose=Purpose.REVIEW, cursor=None, limit=10
    )
    assert listed.items == []
    unread = await people.readings(somebody.id, communities=HERE, cursor=None, limit=9)
    assert unread.items == []
    assert await harness.backing.people.get(somebody.id) == somebody


async def test_lists_are_by_state_and_dwelling(harness: Harness) -> None:
    here = await harness.resident()
    next_door = await harness.resident(dwelling_id="dwl_2")
    gone = await harness.resident()
    await harness.residents.leave(gone.id, communities=HERE)

    async def ids(**where: str | None) -> set[str]:
        page = await harness.residents.page(communities=HERE, where=where, cursor=None, limit=10)
        return {each.id for each in page.items}

    assert await ids(state=None) == {here.id, next_door.id, gone.id}
    assert await ids(state="left") == {gone.id}
    assert await ids(dwelling_id="dwl_1") == {here.id}
