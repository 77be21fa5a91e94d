"""What people do with visits: report them from a phone, make sure, verify, look them up.

A helper's report, and what was found where nobody had answered, are sealed; who reads them in full
is put on record first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.pairing.domain import check_in as domain
from services.pairing.domain.household import Household, RiskLevel
from services.pairing.domain.load import VISIT_MINUTES
from services.pairing.domain.visit import OPEN_STATES, CancelReason, Outcome, Visit, VisitState
from services.pairing.domain.visit import cancel as cancelled
from services.pairing.domain.visit_report import (
    Attendance,
    CheckIn,
    DangerSign,
    HelpService,
    WelfareCheck,
    WelfareOutcome,
)
from services.pairing.service.estate import Estates
from services.pairing.service.household import Purpose
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.visit_sight import VisitSight
from shared.clock import Clock
from shared.days import day_of, start_of
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound, Stale
from shared.readings import Reading, ReadingLog
from shared.store import Order, Page, Store, check_seen

LATEST_FIRST = Order((("window_start", -1),), ids=-1)
SOONEST_FIRST = Order((("window_start", 1),), ids=1)
STALE_TRIES = 5


class Mine(StrEnum):
    """Which of one's own visits to list."""

    TODAY = "today"
    OPEN = "open"
    """Those of the week ahead, and whatever somebody has still to see to."""
    TOLD = "told"
    """Those whose alarms told one, as a holder of the post, and that are still to be seen to."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What a phone sends; ``tapped_at`` and ``sent_at`` by its own clock.

    Who says no more than that it was done did what was planned, in the usual time.
    """

    id: str
    outcome: Attendance
    tapped_at: datetime | None = None
    sent_at: datetime | None = None
    services: tuple[str, ...] | None = None
    minutes: int | None = None
    danger_signs: tuple[DangerSign, ...] = ()
    note: str | None = None
    next_wishes: str | None = None
    help_service: HelpService | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found where nobody had answered."""

    outcome: WelfareOutcome
    minutes: int = 0
    note: str | None = None
    help_service: HelpService | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A visit to be read in full, and what was wished for it at the one before."""

    visit: Visit
    wishes_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """A visit with an alarm, and the household that is to be seen to."""

    visit: Visit
    household: Household


class VisitService:
    """What one can do with visits. What is not the onlooker's is not there."""

    def __init__(
        self,
        store: Store[Visit],
        households: Store[Household],
        estates: Estates,
        readings: ReadingLog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._households = households
        self._estates = estates
        self._readings = readings
        self._clock = clock
        self._sight = VisitSight(store, households, clock)

    async def check_in(
        self, visit_id: str, onlooker: Onlooker, tap: Tap, *, seen: int | None
    ) -> Visit:
        """Keep a participant's report; sent again it is kept once, whatever the visit is by then.

        Errors: ``NotFound`` for who is to make no such visit; see ``domain.check_in``.
        """

        tries_left = STALE_TRIES
        while True:
            visit = await self._store.get(visit_id, communities=onlooker.communities)
            if onlooker.person_id not in domain.may_report(visit):
                raise NotFound("store.not_found", id=visit_id)
            if all(each.id != tap.id for each in visit.check_ins):
                check_seen(visit, seen)  # who repeats a report saw the visit before it
            tries_left -= 1
            try:
                return await self._kept(visit, await self._checked_in(visit, onlooker, tap))
            except Stale:
                if seen is not None or not tries_left:
                    raise

    async def make_sure(
        self, visit_id: str, onlooker: Onlooker, found: Found, *, by: str, seen: int | None
    ) -> Visit:
        """Say what came of the look at a household where nobody had answered."""
        visit = await self._sight.entrusted(visit_id, onlooker, seen)
        estate_id = await self._estate(visit, found.help_service)
        check = WelfareCheck(by, self._clock.now(), found.outcome, found.note, found.help_service)
        after = domain.make_sure(visit, found=check, minutes=found.minutes, estate_id=estate_id)
        return await self._store.save(*after)

    async def verify(
        self, visit_id: str, onlooker: Onlooker, *, by: str, seen: int | None
    ) -> Visit:
        """The household or the branch says that it was so; ``NotAllowed`` for who made it."""
        visit = await self._sight.seen(visit_id, onlooker, seen)
        return await self._kept(visit, domain.verify(visit, by=by, at=self._clock.now()))

    async def cancel(self, visit_id: str, onlooker: Onlooker, *, seen: int | None) -> Visit:
        """The branch knows that it need not be made; it is not made again by itself."""
        visit = await self._sight.seen(visit_id, onlooker, seen)
        reason, now = CancelReason.BY_BRANCH, self._clock.now()
        return await self._kept(visit, cancelled(visit, reason=reason, at=now))

    async def get(self, visit_id: str, onlooker: Onlooker) -> Visit:
        """One visit, whose reports are not for showing; ``NotFound``."""
        return await self._sight.seen(visit_id, onlooker, None, told=True)

    async def contact(
        self, visit_id: str, onlooker: Onlooker, *, by: str, purpose: Purpose
    ) -> Contact:
        """Whom to look for after an alarm, and whom to call; that it was read is on record first.

        For the holders of the post who were named in it, the branch and staff, and for nobody else:
        ``NotFound``.
        """
        visit = await self._sight.entrusted(visit_id, onlooker, None)
        household = await self._households.get(visit.household_id)
        await self._readings.note(household, by=by, purpose=purpose)
        return Contact(visit, household)

    async def report(self, visit_id: str, onlooker: Onlooker, *, by: str, purpose: Purpose) -> Read:
        """One visit with its reports; that they were read is on record before they are shown."""
        visit = await self._sight.seen(visit_id, onlooker, None)
        await self._readings.note(visit, by=by, purpose=purpose)
        before = await self._store.find(
            {
                "household_id": visit.household_id,
                "window_start": {"$lt": visit.window_start},
                "state": VisitState.COMPLETED.value,
            },
            order=LATEST_FIRST,
            limit=1,
        )
        said = [each.next_wishes for one in before for each in one.check_ins]
        return Read(visit, tuple(each for each in said if each is not None))

    async def readings(
        self, visit_id: str, onlooker: Onlooker, *, cursor: str | None, limit: int
    ) -> Page[Reading]:
        """Who looked at the reports of this visit, newest first."""
        visit = await self._sight.seen(visit_id, onlooker, None)
        return await self._readings.page(visit, cursor=cursor, limit=limit)

    async def story(self, visit_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the visit, oldest first; ``NotFound``."""
        await self._sight.seen(visit_id, onlooker, None)
        return await self._store.story(visit_id, communities=onlooker.communities)

    async def page(
        self, onlooker: Onlooker, *, state: VisitState | None, cursor: str | None, limit: int
    ) -> Page[Visit]:
        """The visits that the onlooker may see, the latest first: those one makes, or has at home;
        a branch's own; a community's."""
        where: dict[str, Any] = {} if state is None else {"state": state.value}
        return await self._page(await self._sight.bounds(onlooker) | where, onlooker, cursor, limit)

    async def mine(
        self, onlooker: Onlooker, which: Mine, *, cursor: str | None, limit: int
    ) -> Page[Visit]:
        """The visits that one is to make oneself, the soonest first."""
        if which is Mine.TOLD:
            wanted = self._sight.told(onlooker)
            return await self._page(wanted, onlooker, cursor, limit, order=LATEST_FIRST)
        where: dict[str, Any] = {"participants.person_id": onlooker.person_id}
        if which is Mine.TODAY:
            today = day_of(self._clock.now())
            tomorrow = today + timedelta(days=1)
            where["window_start"] = {"$gte": start_of(today), "$lt": start_of(tomorrow)}
        else:
            where["state"] = {"$in": [state.value for state in OPEN_STATES]}
        return await self._page(where, onlooker, cursor, limit, order=SOONEST_FIRST)

    async def _page(
        self,
        where: Mapping[str, Any],
        onlooker: Onlooker,
        cursor: str | None,
        limit: int,
        order: Order = LATEST_FIRST,
    ) -> Page[Visit]:
        return await self._store.page(
            where, communities=onlooker.communities, order=order, cursor=cursor, limit=limit
        )

    async def _checked_in(self, visit: Visit, onlooker: Onlooker, tap: Tap) -> Outcome | None:
        household = await self._households.get(visit.household_id)
        return domain.check_in(
            visit,
            said=self._said(visit, onlooker.person_id or "", tap),
            high_risk=household.risk_level is RiskLevel.HIGH,
            estate_id=await self._estate(visit, tap.help_service),
        )

    async def _kept(self, visit: Visit, outcome: Outcome | None) -> Visit:
        return visit if outcome is None else await self._store.save(*outcome)

    async def _estate(self, visit: Visit, wanted: HelpService | None) -> str | None:
        """Where the household lives, for a request that is to be made there."""
        if wanted is None:
            return None
        estate_id = await self._estates.estate_of(visit.dwelling_id)
        if estate_id is None:
            raise Invalid(
                "dwelling.unknown", pointer="/help_service", dwelling_id=visit.dwelling_id
            )
        return estate_id

    def _said(self, visit: Visit, person_id: str, tap: Tap) -> CheckIn:
        now = self._clock.now()
        return CheckIn(
            id=tap.id,
            person_id=person_id,
            outcome=tap.outcome,
            at=domain.happened_at(
                visit, tapped_at=tap.tapped_at or now, sent_at=tap.sent_at, received_at=now
            ),
            received_at=now,
            services=_services(visit, tap),
            minutes=_minutes(tap),
            danger_signs=tap.danger_signs,
            note=tap.note,
            next_wishes=tap.next_wishes,
            help_service=tap.help_service,
        )


def _services(visit: Visit, tap: Tap) -> tuple[str, ...]:
    if tap.services is not None:
        return tap.services
    return visit.services if tap.outcome is Attendance.DONE else ()


def _minutes(tap: Tap) -> int:
    if tap.minutes is not None:
        return tap.minutes
    return VISIT_MINUTES if tap.outcome is Attendance.DONE else 0
