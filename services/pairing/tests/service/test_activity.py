"""Activities signed up for by many at once, over both stores and from two replicas."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.pairing.consumers import of_activities
from services.pairing.domain.activity import Activity, ActivityState, Plan
from services.pairing.service import activity as service
from services.pairing.service.activity import ActivityService
from services.pairing.service.onlooker import Onlooker
from services.pairing.store.activity import activities
from services.pairing.tests.harness import HERE, THERE, Harness, branch, me
from shared.envelope import Envelope
from shared.errors import Conflict, NotAllowed, NotFound, Stale
from shared.events import Event
from shared.events.pairing_activity import ActivityAttended, ActivityMovedUp
from shared.events.pairing_register import PersonErased, PersonLeft
from shared.mongo import Database
from shared.store import Store
from shared.testing import FakeStore

ANSWERING = Onlooker(HERE)
HOUR = timedelta(hours=1)


class Club:
    """Activities over the harness's members."""

    def __init__(self, harness: Harness, store: Store[Activity]) -> None:
        self.harness = harness
        self.store = store
        self.service = self.replica()

    def replica(self, store: Store[Activity] | None = None) -> ActivityService:
        """One more process that serves the same."""
        return ActivityService(
            store or self.store, self.harness.backing.members, self.harness.clock
        )

    def plan(self, capacity: int = 2, hours: int = 24) -> Plan:
        """Two hours, so many from now."""
        starts_at = self.harness.clock.now() + hours * HOUR
        return Plan("打扫", "楼前", starts_at, starts_at + 2 * HOUR, starts_at, capacity)

    async def planned(
        self, capacity: int = 2, *, hours: int = 24, branch_id: str | None = "brn_1"
    ) -> Activity:
        """An activity to come."""
        told = self.plan(capacity, hours)
        return await self.service.plan(HERE[0], branch_id=branch_id, told=told)

    async def come(self, made: Activity, *people: str) -> Activity:
        """These sign up, one after the other."""
        for person in people:
            made = await self.service.sign_up(made.id, me(person), person_id=person)
        return made


@pytest.fixture
async def club(harness: Harness, either: Database | None) -> Club:
    """Activities over both kinds of store."""
    if either is None:
        return Club(harness, FakeStore(Activity))
    made = Club(harness, activities(either))
    await either.migrate()
    return made


async def test_of_fifty_at_once_the_first_have_the_places_and_the_others_wait(
    club: Club,
) -> None:
    made = await club.planned(capacity=20)
    people = [f"per_{n}" for n in range(50)]

    await asyncio.gather(
        *(club.service.sign_up(made.id, me(each), person_id=each) for each in people)
    )

    known = await club.store.get(made.id)
    assert [each.person_id for each in known.seats] == people[:20]
    assert [each.person_id for each in known.queue] == people[20:]


@pytest.mark.mongo
async def test_of_fifty_at_once_at_two_replicas_nobody_is_lost_and_no_place_given_twice(
    real: Harness, database: Database, mongo_url: str, mongo_name: str
) -> None:
    club = Club(real, activities(database))
    await database.migrate()
    elsewhere = Database(mongo_url, mongo_name)
    other = club.replica(activities(elsewhere))
    made = await club.planned(capacity=20)
    people = [f"per_{n}" for n in range(50)]

    await asyncio.gather(
        *(
            (other if number % 2 else club.service).sign_up(made.id, me(each), person_id=each)
            for number, each in enumerate(people)
        )
    )
    await elsewhere.close()

    known = await club.store.get(made.id)
    assert (len(known.seats), len(known.queue)) == (20, 30)
    assert sorted(known.going) == sorted(people)


async def test_who_leaves_makes_room_for_who_waits_longest_though_many_leave_at_once(
    club: Club,
) -> None:
    made = await club.planned(capacity=3)
    await club.come(made, *(f"per_{n}" for n in range(8)))

    await asyncio.gather(
        *(club.service.sign_off(made.id, me(f"per_{n}"), person_id=f"per_{n}") for n in range(3))
    )

    known = await club.store.get(made.id)
    assert [each.person_id for each in known.seats] == ["per_3", "per_4", "per_5"]
    story = await club.store.story(made.id)
    moved = [each.data["person_id"] for each in story if each.type == ActivityMovedUp.type]
    assert moved == ["per_3", "per_4", "per_5"]
    assert len(story) == 1 + 8 + 3 + 3


async def test_one_signs_up_for_oneself_and_who_answers_for_it_for_anybody(club: Club) -> None:
    made = await club.planned()
    with pytest.raises(NotAllowed, match=r"activity\.for_others"):
        await club.service.sign_up(made.id, me("per_1"), person_id="per_2")
    with pytest.raises(NotFound):
        await club.service.sign_up(made.id, me("per_1", THERE), person_id="per_1")
    entered = await club.service.sign_up(made.id, ANSWERING, person_id="per_old")
    assert entered.going == ("per_old",)
    with pytest.raises(NotAllowed):
        await club.service.sign_off(made.id, me("per_1"), person_id="per_old")


async def test_one_is_not_at_two_activities_at_once_even_if_asked_for_both_at_once(
    club: Club,
) -> None:
    one, other = await club.planned(), await club.planned(hours=25)
    later = await club.planned(hours=26)
    await club.come(one, "per_1")
    with pytest.raises(Conflict, match=r"activity\.overlaps"):
        await club.come(other, "per_1")
    assert (await club.come(later, "per_1")).going == ("per_1",)

    both = await asyncio.gather(
        *(club.replica().sign_up(each.id, me("per_2"), person_id="per_2") for each in (one, other)),
        return_exceptions=True,
    )
    kept = [each.id for each in (one, other) if "per_2" in (await club.store.get(each.id)).going]
    assert len(kept) == 1
    assert sum(isinstance(each, Conflict) for each in both) == 1


async def test_one_who_looked_before_the_other_was_kept_stays_and_the_other_gives_way(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of the two would go first by time and id: it is the last to be kept that knows."""
    monkeypatch.setattr(service, "GIVING_WAY_SECONDS", 0)
    one, other = await club.planned(), await club.planned(hours=25)
    save = club.store.save

    async def meanwhile(new: Activity, events: Sequence[Event], **how: Envelope | None) -> Activity:
        monkeypatch.setattr(club.store, "save", save)
        await club.replica().sign_up(other.id, me("per_2"), person_id="per_2")
        return await save(new, events, **how)

    monkeypatch.setattr(club.store, "save", meanwhile)
    with pytest.raises(Conflict, match=r"activity\.overlaps"):
        await club.service.sign_up(one.id, me("per_2"), person_id="per_2")
    kept = [each.id for each in (one, other) if "per_2" in (await club.store.get(each.id)).going]
    assert kept == [other.id]


async def test_a_branch_answers_for_its_own_activities_and_for_no_others(club: Club) -> None:
    made = await club.planned()
    told = replace(made.plan, capacity=5)
    for stranger in (branch("brn_2"), branch("brn_1", THERE)):
        for refused in (
            club.service.change(made.id, stranger, told=told, seen=None),
            club.service.cancel(made.id, stranger, seen=None),
            club.service.record(made.id, stranger, minutes={"per_1": 9}, seen=None),
            club.service.managed(made.id, stranger),
            club.service.story(made.id, stranger),
        ):
            with pytest.raises(NotFound):
                await refused
    changed = await club.service.change(made.id, branch("brn_1"), told=told, seen=1)
    assert changed.plan.capacity == 5
    with pytest.raises(Stale):
        await club.service.cancel(made.id, branch("brn_1"), seen=1)


async def test_what_members_did_is_told_once_however_often_it_is_noted(club: Club) -> None:
    member = await club.harness.member(1)
    made = await club.come(await club.planned(), member.person_id, "per_guest")
    club.harness.clock.move(25 * HOUR)
    minutes = {member.person_id: 90, "per_guest": 30}

    held = [
        await club.service.record(made.id, ANSWERING, minutes=minutes, seen=None) for _ in range(3)
    ]

    assert {each.state for each in held} == {ActivityState.HELD}
    told = [each for each in await club.store.story(made.id) if each.type == ActivityAttended.type]
    assert [(each.data["member_id"], each.data["minutes"]) for each in told] == [(member.id, 90)]


@pytest.mark.parametrize("gone", [PersonLeft, PersonErased])
async def test_who_is_here_no_more_makes_room_for_who_waits(
    club: Club, gone: type[PersonLeft] | type[PersonErased]
) -> None:
    made = await club.come(await club.planned(capacity=1), "per_1", "per_2")
    club.harness.hearings += of_activities(club.service)

    for _ in "12":
        await club.harness.hear(gone(person_id="per_1"))

    assert (await club.store.get(made.id)).going == ("per_2",)


async def test_lists_tell_what_is_to_come_what_is_past_and_what_is_ones_own(
    club: Club,
) -> None:
    late, soon = await club.planned(hours=48), await club.planned(hours=2)
    await club.come(late, "per_1")

    async def ids(who: str, *, past: bool = False, mine: bool = False) -> list[str]:
        found: list[str] = []
        cursor: str | None = None
        while True:
            page = await club.service.page(me(who), past=past, mine=mine, cursor=cursor, limit=1)
            found += [each.id for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    assert await ids("per_1") == [soon.id, late.id]
    assert await ids("per_1", mine=True) == [late.id]
    assert await ids("per_2", mine=True) == []
    club.harness.clock.move(3 * HOUR)
    assert (await ids("per_1"), await ids("per_1", past=True)) == ([late.id], [soon.id])
