"""One helper or household of a pairing over HTTP: answers, rests, leaves; and plans of visits."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.pairing.api.branch_guard import BranchGuard
from services.pairing.api.forms import PREFIX, oneself, onlooker_of_community
from services.pairing.api.pairing import Consenting, Looking, Writing
from services.pairing.api.pairing_forms import (
    AnswerBody,
    FestivalView,
    PairingView,
    PlanBody,
    PlannedDayView,
    RecordedAnswerBody,
    ReleaseBody,
    RestBody,
    ReturnBody,
)
from services.pairing.domain.festival import YEARS, festivals_of
from services.pairing.domain.pairing import Pairing
from services.pairing.service.pairing_people import PairingPeopleService
from services.pairing.service.pairing_plan import PairingPlanService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import Day, PageView, PathId, Version
from shared.web.once import Lookup

Answering = Annotated[Caller, Depends(needs("pairing:pairing:answer"))]
Year = Annotated[int, Query(ge=YEARS.start, lt=YEARS.stop)]


def routers(
    people: PairingPeopleService, plans: PairingPlanService, guard: BranchGuard, answered: Lookup
) -> list[APIRouter]:
    """The routes about one helper or household of a pairing, and about plans."""

    async def of_branch(request: Request) -> None:
        await guard(request)

    own = APIRouter(prefix=PREFIX, tags=["pairings"])
    _answering(own, people, answered)
    guarded = APIRouter(prefix=PREFIX, tags=["pairings"], dependencies=[Depends(of_branch)])
    _leaving(guarded, people, answered)
    _planning(guarded, plans, answered)
    return [own, guarded]


def _answering(router: APIRouter, service: PairingPeopleService, answered: Lookup) -> None:
    once = [Depends(Once(answered, PairingView.of))]

    @router.post("/pairings/{pairing_id}/answer", response_model=PairingView, dependencies=once)
    async def answer_pairing(
        pairing_id: PathId, body: AnswerBody, caller: Answering, version: Version
    ) -> Response:
        """Agree or decline for oneself, as a helper or for one's household."""
        pairing = await service.answer(
            pairing_id, oneself(caller), agreed=body.agreed, seen=version
        )
        return _shown(pairing)

    @router.post(
        "/pairings/{pairing_id}/recorded-answer", response_model=PairingView, dependencies=once
    )
    async def record_pairing_answer(
        pairing_id: PathId, body: RecordedAnswerBody, caller: Consenting, version: Version
    ) -> Response:
        """Record what one helper or household said."""
        pairing = await service.record_answer(
            pairing_id,
            body.side(),
            agreed=body.agreed,
            by=caller.id,
            communities=caller.communities,
            seen=version,
        )
        return _shown(pairing)


def _leaving(router: APIRouter, service: PairingPeopleService, answered: Lookup) -> None:
    once = [Depends(Once(answered, PairingView.of))]

    @router.post("/pairings/{pairing_id}/release", response_model=PairingView, dependencies=once)
    async def release_from_pairing(
        pairing_id: PathId, body: ReleaseBody, caller: Writing, version: Version
    ) -> Response:
        """Let one helper or household go; the last of a side ends the pairing."""
        pairing = await service.release(
            pairing_id,
            body.side(),
            reason=body.reason,
            communities=caller.communities,
            seen=version,
        )
        return _shown(pairing)

    @router.post("/pairings/{pairing_id}/rest", response_model=PairingView, dependencies=once)
    async def rest_household(
        pairing_id: PathId, body: RestBody, caller: Writing, version: Version
    ) -> Response:
        """Let one of several households rest for a while; the others are visited as before."""
        pairing = await service.rest(
            pairing_id,
            body.household_id,
            until=body.until,
            communities=caller.communities,
            seen=version,
        )
        return _shown(pairing)

    @router.post("/pairings/{pairing_id}/return", response_model=PairingView, dependencies=once)
    async def return_household(
        pairing_id: PathId, body: ReturnBody, caller: Writing, version: Version
    ) -> Response:
        """Visit a household again that rested by itself."""
        pairing = await service.come_back(
            pairing_id, body.household_id, communities=caller.communities, seen=version
        )
        return _shown(pairing)


def _planning(router: APIRouter, service: PairingPlanService, answered: Lookup) -> None:
    once = [Depends(Once(answered, PairingView.of))]

    @router.put("/pairings/{pairing_id}/plan", response_model=PairingView, dependencies=once)
    async def plan_pairing(
        pairing_id: PathId, body: PlanBody, caller: Writing, version: Version
    ) -> Response:
        """Plan its visits anew; it holds from the next visit on."""
        pairing = await service.change(
            pairing_id, body.planned(), communities=caller.communities, seen=version
        )
        return _shown(pairing)

    @router.get("/pairings/{pairing_id}/calendar", response_model=PageView[PlannedDayView])
    async def read_pairing_calendar(
        pairing_id: PathId, caller: Looking, from_on: Day | None = None, to_on: Day | None = None
    ) -> Response:
        """The days on which its households are to be visited, the floor of each included."""
        days = await service.calendar(
            pairing_id, onlooker_of_community(caller), first_on=from_on, last_on=to_on
        )
        return listing([PlannedDayView.of(*each) for each in days], None)

    @router.get("/festivals", response_model=PageView[FestivalView])
    async def list_festivals(_: Looking, year: Year) -> Response:
        """On which days of a year the festivals fall, earliest first."""
        falls = sorted(festivals_of(year).items(), key=lambda item: item[1])
        return listing([FestivalView(festival=each, on=on) for each, on in falls], None)


def _shown(pairing: Pairing) -> Response:
    return answer(PairingView.of(pairing), pairing.version)
