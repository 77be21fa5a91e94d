"""Walking a round: records and findings come in, each by itself, and the last one finishes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.property.domain.incident import AHEAD_MAX
from services.property.domain.patrol import (
    SENT_WITHIN,
    TRANSITIONS,
    Patrol,
    PatrolAction,
    PatrolState,
    move,
    refs,
)
from services.property.domain.patrol_record import (
    Finding,
    Passing,
    Sighting,
    judged,
    passed,
)
from services.property.domain.route import Checkpoint, Route
from shared.errors import Conflict, Invalid, LinliError, WrongState
from shared.events import Event
from shared.events.property import PlaceFacts
from shared.events.property_patrol import PatrolBegun, PatrolDone, PatrolFound, PatrolRecorded

RECORDS_MAX = 300
"""Of one round: every checkpoint of the longest route, three times over."""
FINDINGS_MAX = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """What a phone sends at once, by whom, and when it came in."""

    passings: tuple[Passing, ...]
    sightings: tuple[Sighting, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one of them: kept now, ``known`` from before, or with a fault."""

    id: str
    known: bool = False
    fault: LinliError | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The round after that; each item in the order in which it was sent."""

    patrol: Patrol
    events: list[Event]
    records: tuple[Item, ...]
    findings: tuple[Item, ...]


Faults = Mapping[str, LinliError]
"""By pointer: what is known to be wrong with an item before it is looked at here."""


def take(patrol: Patrol, route: Route, sent: Sent, *, faults: Faults) -> Taken:
    """Keep what a phone sends of this round; what is wrong with one item hinders no other.

    Errors for all of it: ``WrongState`` for a round that is cancelled, ``Conflict`` once nobody
    reckons with it any more.
    """
    if patrol.state is PatrolState.CANCELLED:
        raise WrongState("patrol.cancelled")
    if sent.at > patrol.closes_at + SENT_WITHIN:
        raise Conflict("patrol.too_late", hours=SENT_WITHIN.total_seconds() // 3600)
    begun = drawn(patrol, route)
    walk = _Walk(begun, sent, faults)
    records = tuple(walk.record(n, each) for n, each in enumerate(sent.passings))
    findings = tuple(walk.find(n, each) for n, each in enumerate(sent.sightings))
    after, events = _moved(patrol, walk.patrol, sent.at)
    return Taken(after, [*events, *walk.found], records, findings)


class _Walk:
    """Goes through what was sent, one by one."""

    def __init__(self, patrol: Patrol, sent: Sent, faults: Faults) -> None:
        self.patrol = patrol
        self.found: list[Event] = []
        self._sent = sent
        self._faults = faults
        self._checkpoints = {each.code: each for each in patrol.checkpoints}

    def record(self, number: int, passing: Passing) -> Item:
        """One checkpoint."""
        pointer, passing = f"/records/{number}", replace(passing, taken_at=_whole(passing.taken_at))
        kept = (record.passing for record in self.patrol.records)
        try:
            if self._is_known(passing, kept, pointer):
                return Item(passing.id, known=True)
            self._check(pointer, passing.taken_at, f"{pointer}/taken_at", self.patrol.closes_at)
            if len(self.patrol.records) >= RECORDS_MAX:
                raise Conflict("patrol.too_many", limit=RECORDS_MAX)
            checkpoint = self._checkpoint(passing.code, f"{pointer}/code")
        except LinliError as fault:
            return Item(passing.id, fault=fault)
        record = judged(passing, checkpoint, by=self._sent.by, at=self._sent.at)
        self.patrol = replace(self.patrol, records=(*self.patrol.records, record))
        return Item(passing.id)

    def find(self, number: int, sighting: Sighting) -> Item:
        """One finding."""
        pointer = f"/findings/{number}"
        sighting = replace(sighting, found_at=_whole(sighting.found_at))
        kept = (finding.sighting for finding in self.patrol.findings)
        try:
            if self._is_known(sighting, kept, pointer):
                return Item(sighting.id, known=True)
            last = self.patrol.closes_at + SENT_WITHIN
            self._check(pointer, sighting.found_at, f"{pointer}/found_at", last)
            if len(self.patrol.findings) >= FINDINGS_MAX:
                raise Conflict("patrol.too_many", limit=FINDINGS_MAX)
            spot = None
            if sighting.code is not None:
                spot = self._checkpoint(sighting.code, f"{pointer}/code").spot
        except LinliError as fault:
            return Item(sighting.id, fault=fault)
        finding = Finding(sighting, self._sent.at, self._sent.by)
        self.patrol = replace(self.patrol, findings=(*self.patrol.findings, finding))
        place = PlaceFacts(
            building_id=spot.building_id if spot else None,
            entrance_id=spot.entrance_id if spot else None,
        )
        self.found.append(
            PatrolFound(
                **refs(self.patrol),
                finding_id=sighting.id,
                scope=sighting.scope.value,
                severity=sighting.severity,
                place=place,
            )
        )
        return Item(sighting.id)

    def _is_known(
        self,
        sent: Passing | Sighting,
        kept: Iterable[Passing | Sighting],
        pointer: str,
    ) -> bool:
        """Whether this very thing is there already; ``Conflict`` if another is under its id."""
        same = next((each for each in kept if each.id == sent.id), None)
        if same is not None and same != sent:
            raise Conflict("patrol.id_taken", pointer=f"{pointer}/id")
        return same is not None

    def _check(self, pointer: str, moment: datetime, place: str, last: datetime) -> None:
        fault = self._faults.get(pointer)
        if fault is not None:
            raise fault
        if moment > self._sent.at + AHEAD_MAX:
            raise Invalid("patrol.in_the_future", pointer=place)
        if not self.patrol.opens_at <= moment <= last:
            opens, closes = self.patrol.opens_at.isoformat(), last.isoformat()
            raise Invalid("patrol.out_of_time", pointer=place, since=opens, until=closes)

    def _checkpoint(self, code: str, pointer: str) -> Checkpoint:
        found = self._checkpoints.get(code)
        if found is None:
            raise Invalid("patrol.checkpoint_unknown", pointer=pointer)
        return found


def _whole(moment: datetime) -> datetime:
    """In whole milliseconds, which the store keeps: the same sent again is the same."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def drawn(patrol: Patrol, route: Route) -> Patrol:
    """With the checkpoints that it had from its beginning, or would get now."""
    if patrol.checkpoints:
        return patrol
    return replace(patrol, checkpoints=route.checkpoints, ordered=route.ordered)


def _moved(before: Patrol, after: Patrol, at: datetime) -> tuple[Patrol, list[Event]]:
    """What follows for the round from the records that came in; nothing from findings alone."""
    added = len(after.records) - len(before.records)
    if not added:
        return replace(before, findings=after.findings), []
    events: list[Event] = []
    if after.begun_at is None:
        events.append(PatrolBegun(**refs(after), checkpoints=len(after.checkpoints)))
        after = replace(after, begun_at=min(each.passing.taken_at for each in after.records))
        if after.state is PatrolState.PLANNED:
            after = move(after, PatrolAction.BEGIN)
    times = passed(after.records)
    left = len(after.checkpoints) - len(times)
    events.append(PatrolRecorded(**refs(after), records=added, open_checkpoints=left))
    if left == 0 and after.state is not PatrolState.DONE:
        after, done = _finished(after, times)
        events.append(done)
    return after, events


def _finished(patrol: Patrol, times: Mapping[str, datetime]) -> tuple[Patrol, Event]:
    late = PatrolAction.MAKE_GOOD in TRANSITIONS[patrol.state]
    action = PatrolAction.MAKE_GOOD if late else PatrolAction.FINISH
    in_order = None
    if patrol.ordered:
        passed_at = [times[each.code] for each in patrol.checkpoints]
        in_order = passed_at == sorted(passed_at)
    after = replace(
        move(patrol, action),
        alarm_at=None,
        finished_at=max(times.values()),
        late=late,
        in_order=in_order,
    )
    event = PatrolDone(**refs(after), finished_at=max(times.values()), late=late, in_order=in_order)
    return after, event
