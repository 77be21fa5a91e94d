"""What those who are asked for help make of it, and what everybody gets to see of it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services.pairing.domain import care_placing, care_task
from services.pairing.domain.care_asking import Asking
from services.pairing.domain.care_offer import OfferReason
from services.pairing.domain.care_task import DOING, CareTask, CareTaskState, Outcome, offer_to
from services.pairing.domain.household import Household
from services.pairing.service.care_asking import CareAskingService, case_of
from services.pairing.service.household import Purpose
from services.pairing.service.onlooker import Onlooker, within
from shared.clock import Clock
from shared.deciding import written
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store

Decide = Callable[[CareTask], Awaitable[Outcome]]


class Mine(StrEnum):
    """Of one's own tasks those to be answered, or those to be done."""

    OFFERS = "offers"
    TASKS = "tasks"


LISTED: Mapping[Mine, Iterable[CareTaskState]] = {
    Mine.OFFERS: (CareTaskState.OFFERED,),
    Mine.TASKS: DOING,
}


@dataclass(frozen=True, slots=True)
class CareTaskFilter:
    """Which tasks to list; None: any. ``mine``: one's own alone, whatever else one may see."""

    state: CareTaskState | None = None
    mine: Mine | None = None

    def states(self) -> list[str]:
        """Those that tasks are to be in."""
        wanted = CareTaskState if self.mine is None else LISTED[self.mine]
        return [state.value for state in wanted if self.state in (None, state)]


@dataclass(frozen=True, slots=True)
class _Call:
    """Who acts on which task, and the version they decided on (None: whatever it is)."""

    task_id: str
    onlooker: Onlooker
    seen: int | None

    @property
    def person_id(self) -> str:
        return self.onlooker.person_id or ""


class CareTaskService:
    """The use cases. ``NotFound`` for what is not put to who asks; those who change something:
    ``Stale`` if ``seen`` has moved on, ``WrongState``; who did not say it is decided for again."""

    def __init__(
        self,
        store: Store[CareTask],
        households: Store[Household],
        asking: CareAskingService,
        readings: ReadingLog,
        clock: Clock,
    ) -> None:
        self._readings = readings
        self._store = store
        self._households = households
        self._asking = asking
        self._clock = clock

    async def accept(self, task_id: str, onlooker: Onlooker, *, seen: int | None) -> CareTask:
        """Say yes; ``Conflict`` if the offer is over, ``WrongState`` if somebody was first."""
        call = _Call(task_id, onlooker, seen)

        async def decide(task: CareTask) -> Outcome:
            return care_placing.accept(task, person_id=call.person_id, at=self._clock.now())

        return await self._answered(call, decide)

    async def decline(
        self,
        task_id: str,
        onlooker: Onlooker,
        *,
        seen: int | None,
        reason: OfferReason | None = None,
    ) -> CareTask:
        """Say no: the next one is asked; ``Conflict`` if the offer is over."""
        call = _Call(task_id, onlooker, seen)

        async def decide(task: CareTask) -> Outcome:
            return care_placing.decline(
                task, person_id=call.person_id, reason=reason, asking=await self._asked(task)
            )

        return await self._answered(call, decide)

    async def start(self, task_id: str, onlooker: Onlooker, *, seen: int | None) -> CareTask:
        """Say that one is at it."""

        async def decide(task: CareTask) -> Outcome:
            return care_task.start(task, at=self._clock.now())

        return await self._done(_Call(task_id, onlooker, seen), decide)

    async def complete(
        self,
        task_id: str,
        onlooker: Onlooker,
        *,
        note: str | None,
        minutes: int,
        seen: int | None,
    ) -> CareTask:
        """Report it done; ``Invalid`` for a time that cannot be."""

        async def decide(task: CareTask) -> Outcome:
            return care_task.complete(task, note=note, minutes=minutes, at=self._clock.now())

        return await self._done(_Call(task_id, onlooker, seen), decide)

    async def give_back(
        self, task_id: str, onlooker: Onlooker, *, seen: int | None, reason: OfferReason | None
    ) -> CareTask:
        """Say that one cannot do it after all: others are asked."""

        async def decide(task: CareTask) -> Outcome:
            return care_placing.give_back(task, reason=reason, asking=await self._asked(task))

        return await self._done(_Call(task_id, onlooker, seen), decide)

    async def shown(
        self, task_id: str, onlooker: Onlooker, *, by: str, purpose: Purpose
    ) -> CareTask:
        """One task; that somebody else reads what its helper noted is on record before."""
        task = await self.get(task_id, onlooker)
        if task.note is not None and onlooker.person_id is None:
            await self._readings.note(task, by=by, purpose=purpose)
        return task

    async def readings(
        self, task_id: str, onlooker: Onlooker, *, cursor: str | None, limit: int
    ) -> Page[Reading]:
        """Who read what its helper noted, newest first."""
        task = await self.get(task_id, onlooker)
        return await self._readings.page(task, cursor=cursor, limit=limit)

    async def get(self, task_id: str, onlooker: Onlooker) -> CareTask:
        """One task."""
        task = await self._store.get(task_id, communities=onlooker.communities)
        if onlooker.person_id not in (None, *task.asked_ids):
            raise NotFound("store.not_found", id=task_id)
        return task

    async def page(
        self,
        onlooker: Onlooker,
        wanted: CareTaskFilter,
        *,
        cursor: str | None,
        limit: int,
        bounds: Mapping[str, Any] = MappingProxyType({}),
    ) -> Page[CareTask]:
        """The tasks that the onlooker may see, newest first; within these bounds, as a query."""
        where: dict[str, Any] = {"state": {"$in": wanted.states()}}
        if onlooker.person_id is not None:
            where["asked_ids"] = onlooker.person_id
        return await self._store.page(
            within(where, bounds), communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def story(self, task_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to it, oldest first; to a helper nothing of who else was asked."""
        task = await self.get(task_id, onlooker)
        told = await self._store.story(task_id, communities=onlooker.communities)
        if onlooker.person_id is None:
            return told
        own = {each.helper_id for each in task.offers if each.person_id == onlooker.person_id}
        return [each for each in told if helpers_in(each.data) <= own]

    async def _asked(self, task: CareTask) -> Asking:
        home = task.household_id
        household = None if home is None else await self._households.get(home)
        return await self._asking.of(case_of(task, household))

    async def _answered(self, call: _Call, decide: Decide) -> CareTask:
        """By whoever was asked, though it may be too late."""

        def check(task: CareTask) -> None:
            if offer_to(task, call.person_id) is None:
                raise NotFound("store.not_found", id=call.task_id)

        return await self._changed(call, check, decide)

    async def _done(self, call: _Call, decide: Decide) -> CareTask:
        """By whoever does it, or is still asked to, who is told that it is too early."""

        def check(task: CareTask) -> None:
            if call.person_id not in task.asked_ids:
                raise NotFound("store.not_found", id=call.task_id)

        return await self._changed(call, check, decide)

    async def _changed(
        self, call: _Call, check: Callable[[CareTask], None], decide: Decide
    ) -> CareTask:
        async def load() -> CareTask:
            task = await self._store.get(call.task_id, communities=call.onlooker.communities)
            check(task)
            return task

        async def save(task: CareTask) -> CareTask:
            return await self._store.save(*await decide(task))

        return await written(load, save, seen=call.seen)


def helpers_in(data: Mapping[str, Any]) -> set[str]:
    """The helpers that an event names."""
    one = data.get("helper_id")
    return {*data.get("helper_ids", ()), *([one] if one else [])}
