"""Rosters over HTTP: how the work of an estate is dealt out, and who takes turns."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.property.api.forms import PREFIX, viewer
from services.property.domain.roster import (
    DAYS,
    OFFER_MINUTES,
    OFFER_MINUTES_MAX,
    SHIFTS_MAX,
    WORKERS_MAX,
    Dealing,
    Roster,
    Shift,
    Worker,
)
from services.property.domain.work_order import Mode
from services.property.domain.work_scope import WorkScope
from services.property.service.roster import RosterService, RosterTarget
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Paging, PathId, QueryId, Ref, Version
from shared.web.once import Lookup

Reading = Annotated[Caller, Depends(needs("property:roster:read"))]
Managing = Annotated[Caller, Depends(needs("property:roster:manage"))]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class RosterScope(StrEnum):
    """Which sort of work a roster is for; ``any``: what no other of the estate is for."""

    VEHICLES = "vehicles"
    SECURITY = "security"
    CLEANING = "cleaning"
    REPAIR = "repair"
    ANY = "any"


class ShiftBody(Body):
    """From ``start`` to before ``end`` on a weekday, 1 (Monday) to 7, by local clocks; one that
    ends no later than it starts goes on into the next day."""

    weekday: Annotated[int, Field(strict=True, ge=1, le=DAYS)]
    start: Clock
    end: Clock


class WorkerBody(Body):
    """Somebody of the company and their shifts; on duty at any time if there are none."""

    person_id: Ref
    shifts: Annotated[tuple[ShiftBody, ...], Field(max_length=SHIFTS_MAX)] = ()


class RosterBody(Body):
    """How work is dealt out: offered for so many minutes, left to the dispatcher, or by turns.

    A company names its ``workers``; where there is none, ``team_id`` names the volunteers.
    """

    mode: Mode
    offer_minutes: Annotated[int, Field(strict=True, ge=1, le=OFFER_MINUTES_MAX)] = OFFER_MINUTES
    workers: Annotated[tuple[WorkerBody, ...], Field(max_length=WORKERS_MAX)] = ()
    team_id: Ref | None = None

    def dealing(self) -> Dealing:
        """In the words of the domain."""
        workers = tuple(
            Worker(
                each.person_id,
                tuple(Shift(shift.weekday, shift.start, shift.end) for shift in each.shifts),
            )
            for each in self.workers
        )
        return Dealing(self.mode, self.offer_minutes, workers, self.team_id)


class RosterView(View):
    """A roster; ``turns`` has whoever had one longest ago first."""

    id: str
    community: str
    version: int
    estate_id: str
    scope: RosterScope
    contractor_id: str | None
    mode: Mode
    offer_minutes: int
    workers: list[WorkerBody]
    team_id: str | None
    turns: list[str]

    @classmethod
    def of(cls, roster: Roster) -> "RosterView":
        """As the caller sees it."""
        dealing = roster.dealing
        return cls(
            id=roster.id,
            community=roster.community,
            version=roster.version,
            estate_id=roster.estate_id,
            scope=RosterScope.ANY if roster.scope is None else RosterScope(roster.scope),
            contractor_id=roster.contractor_id,
            mode=dealing.mode,
            offer_minutes=dealing.offer_minutes,
            workers=[_worker(each) for each in dealing.workers],
            team_id=dealing.team_id,
            turns=list(roster.turns),
        )


def router(service: RosterService, lookup: Lookup) -> APIRouter:
    """The routes of rosters."""
    router = APIRouter(prefix=PREFIX, tags=["rosters"])
    once = [Depends(Once(lookup=lookup, view=RosterView.of))]

    @router.get("/rosters")
    async def list_rosters(caller: Reading, page: Paging, estate_id: QueryId = None) -> Response:
        """The rosters that the caller sees, newest first."""
        where = {} if estate_id is None else {"estate_id": estate_id}
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([RosterView.of(each) for each in found.items], found.next_cursor)

    @router.put(
        "/estates/{estate_id}/rosters/{scope}", response_model=RosterView, dependencies=once
    )
    async def keep_roster(
        estate_id: PathId,
        scope: RosterScope,
        body: RosterBody,
        caller: Managing,
        version: Version,
    ) -> Response:
        """Deal out this sort of the estate's work like this from now on; work that was dealt out
        before stays as it is."""
        part = None if scope is RosterScope.ANY else WorkScope(scope.value)
        target = RosterTarget(viewer(caller), estate_id, part, version)
        roster = await service.keep(target, body.dealing())
        return answer(RosterView.of(roster), roster.version)

    return router


def _worker(worker: Worker) -> WorkerBody:
    shifts = tuple(
        ShiftBody(weekday=each.weekday, start=each.start, end=each.end) for each in worker.shifts
    )
    return WorkerBody(person_id=worker.person_id, shifts=shifts)
