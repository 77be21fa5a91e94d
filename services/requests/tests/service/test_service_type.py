"""The use cases of service types, over both stores."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.attribute import Attribute, Datatype
from services.requests.domain.service_type import ServiceType, SlaClass
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.service.service_type import ServiceTypeService
from services.requests.tests.harness import HERE, FakeVersions, Harness, fake_kinds
from services.requests.tests.samples import submission
from shared.errors import Conflict, Invalid, LinliError, NotFound, Stale, TooMany, Unavailable
from shared.testing import FakeClock

COMMUNITY = HERE[0]
NOISE = SERVICE_TYPES["noise"]
GATE = replace(SERVICE_TYPES["repair.door"], code="repair.gate", attributes=())
QUESTION = Attribute("where", Datatype.STRING, "在哪里", "Where", required=True)


async def test_a_community_that_changed_nothing_has_the_seed(harness: Harness) -> None:
    assert await harness.service_types.all(COMMUNITY) == SERVICE_TYPES


async def test_a_change_never_touches_what_an_older_request_was_promised(
    harness: Harness,
) -> None:
    older = await harness.service.submit(submission("noise"), communities=HERE)

    faster = replace(NOISE, sla_class=SlaClass.UTILITY, attributes=(QUESTION,))
    await harness.service_types.change(COMMUNITY, faster, seen=None)
    asked = submission("noise", attributes={"where": ("3号楼",)})
    newer = await harness.service.submit(asked, communities=HERE)

    assert await harness.store.get(older.id) == older
    assert (older.sla_class, older.service_type_version) == (SlaClass.ORDINARY, 1)
    assert (newer.sla_class, newer.service_type_version) == (SlaClass.UTILITY, 2)
    assert newer.attributes == {"where": ("3号楼",)}
    with pytest.raises(Invalid):
        await harness.service.submit(submission("noise"), communities=HERE)


async def test_every_version_can_be_read_and_none_that_never_was(harness: Harness) -> None:
    types = harness.service_types
    for sla_class in (SlaClass.UTILITY, SlaClass.COMPLEX, SlaClass.EMERGENCY):
        await types.change(COMMUNITY, replace(NOISE, sla_class=sla_class), seen=None)

    seen = [(await types.version(COMMUNITY, "noise", n)).sla_class for n in (1, 2, 3, 4)]

    assert seen == [SlaClass.ORDINARY, SlaClass.UTILITY, SlaClass.COMPLEX, SlaClass.EMERGENCY]
    for code, number in (("noise", 5), ("teleport", 1), ("parking", 2)):
        with pytest.raises(NotFound):
            await types.version(COMMUNITY, code, number)


async def test_a_change_decided_on_an_older_version_is_refused(harness: Harness) -> None:
    types = harness.service_types
    await types.change(COMMUNITY, replace(NOISE, post="peace"), seen=1)

    with pytest.raises(Stale):
        await types.change(COMMUNITY, replace(NOISE, post="order"), seen=1)

    assert (await types.get(COMMUNITY, "noise")).post == "peace"


async def test_a_change_that_fails_leaves_every_version_as_it_was(harness: Harness) -> None:
    types, save = harness.service_types, harness.kinds.save
    await types.change(COMMUNITY, replace(NOISE, post="peace"), seen=None)

    async def failing(*_: object, **__: object) -> ServiceType:
        raise Unavailable("store.unavailable")

    harness.kinds.save = failing  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await types.change(COMMUNITY, replace(NOISE, post="lost"), seen=None)
    harness.kinds.save = save  # type: ignore[method-assign]

    with pytest.raises(NotFound):
        await types.version(COMMUNITY, "noise", 3)
    await types.change(COMMUNITY, replace(NOISE, post="order"), seen=2)
    posts = [(await types.version(COMMUNITY, "noise", n)).post for n in (1, 2, 3)]
    assert posts == [None, "peace", "order"]


async def test_a_code_that_is_taken_is_not_added_again(harness: Harness) -> None:
    await harness.service_types.add(COMMUNITY, GATE)

    for taken in (GATE, NOISE):
        with pytest.raises(Conflict):
            await harness.service_types.add(COMMUNITY, taken)
    with pytest.raises(NotFound):
        await harness.service_types.change(COMMUNITY, replace(GATE, code="x"), seen=None)


async def test_of_two_who_add_one_code_at_once_one_wins(harness: Harness) -> None:
    others = ServiceTypeService(harness.kinds, harness.versions, harness.clock)

    async def added(types: ServiceTypeService) -> ServiceType | LinliError:
        try:
            return await types.add(COMMUNITY, GATE)
        except LinliError as error:
            return error

    outcomes = await asyncio.gather(added(harness.service_types), added(others))

    assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True]


async def test_ones_own_change_is_seen_at_once_and_anothers_after_two_seconds() -> None:
    clock, kinds, versions = FakeClock(), fake_kinds(), FakeVersions()
    ours, theirs = (ServiceTypeService(kinds, versions, clock) for _ in range(2))
    await theirs.all(COMMUNITY)

    await ours.change(COMMUNITY, replace(NOISE, active=False), seen=None)

    with pytest.raises(Invalid):
        await ours.offered(COMMUNITY, "noise")
    assert (await theirs.offered(COMMUNITY, "noise")).version == 1
    clock.move(timedelta(seconds=2))
    with pytest.raises(Invalid):
        await theirs.offered(COMMUNITY, "noise")


async def test_what_is_changed_here_while_the_store_answers_is_not_forgotten_again() -> None:
    store, clock = fake_kinds(), FakeClock()
    asked, may_answer = asyncio.Event(), asyncio.Event()

    class Slow:
        async def find(self, where: dict[str, str], *, limit: int) -> list[ServiceType]:
            found = await store.find(where, limit=limit)
            if not asked.is_set():
                asked.set()
                await may_answer.wait()
            return found

        save = staticmethod(store.save)

    types = ServiceTypeService(Slow(), FakeVersions(), clock)  # type: ignore[arg-type]
    slow = asyncio.create_task(types.all(COMMUNITY))
    await asked.wait()
    await types.change(COMMUNITY, replace(NOISE, active=False), seen=None)
    may_answer.set()

    assert not (await slow)["noise"].active
    with pytest.raises(Invalid):
        await types.offered(COMMUNITY, "noise")


async def test_what_is_remembered_is_asked_of_the_store_once_in_two_seconds() -> None:
    class Counting:
        asked = 0

        async def find(self, where: object, *, limit: int) -> list[ServiceType]:
            self.asked += 1
            return []

    counting, clock = Counting(), FakeClock()
    types = ServiceTypeService(counting, FakeVersions(), clock)  # type: ignore[arg-type]

    for _ in range(100):
        await types.offered(COMMUNITY, "noise")
    assert counting.asked == 1
    clock.move(timedelta(seconds=2))
    await asyncio.gather(*(types.offered(COMMUNITY, "noise") for _ in range(100)))
    assert counting.asked == 2


async def test_a_community_has_two_hundred_types_of_its_own_and_no_more(harness: Harness) -> None:
    types = harness.service_types
    for number in range(200):
        await types.add(COMMUNITY, replace(GATE, code=f"own.t{number}"))

    assert len(await types.all(COMMUNITY)) == len(SERVICE_TYPES) + 200
    with pytest.raises(TooMany):
        await types.add(COMMUNITY, GATE)
    with pytest.raises(TooMany):
        await types.change(COMMUNITY, replace(NOISE, active=False), seen=None)
    await types.change(COMMUNITY, replace(GATE, code="own.t7", active=False), seen=1)
    await types.add("elsewhere", GATE)
