"""Management committees over HTTP: who sits on the committee of an estate."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.property.api.forms import PREFIX, ReasonBody, viewer
from services.property.domain.committee import (
    SEATS_MAX,
    TEAMS_MAX,
    Committee,
    CommitteeState,
    Seat,
    SeatKind,
)
from services.property.service.committee import CommitteeService, Composition
from services.property.service.viewer import Target
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Day, PageView, Paging, PathId, QueryId, Ref, Version, filter_of
from shared.web.once import Lookup
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("property:committee:write"))]
Reading = Annotated[Caller, Depends(needs("property:committee:read"))]

PATH = "/committees/{committee_id}"


class SeatBody(Body):
    """Somebody's seat, from a day on, to a day (included) or until another is named."""

    person_id: Ref
    seat: SeatKind
    since: Day
    until: Day | None = None


class CompositionBody(Body):
    """Who sits on it, former members among them, and which volunteer teams help it."""

    members: list[SeatBody] = Field(min_length=1, max_length=SEATS_MAX)
    team_ids: list[Ref] = Field(default=[], max_length=TEAMS_MAX)

    def composed(self) -> Composition:
        """In the words of the use case."""
        seats = (Seat(s.person_id, s.seat, s.since, s.until) for s in self.members)
        return Composition(tuple(seats), tuple(self.team_ids))


class CommitteeBody(CompositionBody):
    """A committee of an estate."""

    estate_id: Ref


class SeatView(View):
    """Somebody's seat."""

    person_id: str
    seat: SeatKind
    since: date
    until: date | None

    @classmethod
    def of(cls, seat: Seat) -> "SeatView":
        """As the caller sees it."""
        return cls.model_validate(seat, from_attributes=True)


class CommitteeView(View):
    """A committee."""

    id: str
    community: str
    version: int
    state: CommitteeState
    estate_id: str
    members: list[SeatView]
    team_ids: list[str]
    dissolution_reason: str | None

    @classmethod
    def of(cls, committee: Committee) -> "CommitteeView":
        """As the caller sees it."""
        return cls.model_validate(committee, from_attributes=True)


def router(service: CommitteeService, lookup: Lookup) -> APIRouter:
    """The routes of committees."""
    router = APIRouter(prefix=PREFIX, tags=["committees"])
    _writing(router, service, lookup)
    _reading(router, service)
    return router


def _writing(router: APIRouter, service: CommitteeService, lookup: Lookup) -> None:
    made = [Depends(Once(lookup=lookup, view=CommitteeView.of, status=201))]
    once = [Depends(Once(lookup=lookup, view=CommitteeView.of))]

    @router.post("/committees", status_code=201, response_model=CommitteeView, dependencies=made)
    async def form_committee(body: CommitteeBody, caller: Writing) -> Response:
        """Form the committee of an estate that has none."""
        new = await service.form(viewer(caller), body.estate_id, body.composed())
        location = f"{PREFIX}/committees/{new.id}"
        return answer(CommitteeView.of(new), new.version, status=201, location=location)

    @router.put(PATH, response_model=CommitteeView, dependencies=once)
    async def change_committee(
        committee_id: PathId, body: CompositionBody, caller: Writing, version: Version
    ) -> Response:
        """Say anew who sits on it and which teams help it."""
        target = Target(viewer(caller), committee_id, version)
        return _shown(await service.change(target, body.composed()))

    @router.post(f"{PATH}/dissolution", response_model=CommitteeView, dependencies=once)
    async def dissolve_committee(
        committee_id: PathId, body: ReasonBody, caller: Writing, version: Version
    ) -> Response:
        """It is no more; the estate may have another."""
        target = Target(viewer(caller), committee_id, version)
        return _shown(await service.dissolve(target, reason=body.reason))


def _reading(router: APIRouter, service: CommitteeService) -> None:
    @router.get("/committees", response_model=PageView[CommitteeView])
    async def list_committees(
        caller: Reading,
        page: Paging,
        estate_id: QueryId = None,
        state: CommitteeState | None = None,
    ) -> Response:
        """The committees of the caller's communities, newest first."""
        where = filter_of(estate_id=estate_id, state=state and state.value)
        found = await service.page(viewer(caller), where, cursor=page.cursor, limit=page.limit)
        return listing([CommitteeView.of(each) for each in found.items], found.next_cursor)

    @router.get(PATH, response_model=CommitteeView)
    async def read_committee(committee_id: PathId, caller: Reading) -> Response:
        """One committee."""
        return _shown(await service.get(viewer(caller), committee_id))

    @router.get(f"{PATH}/story", response_model=StoryView)
    async def read_committee_story(committee_id: PathId, caller: Reading) -> Response:
        """Everything that happened to one committee, oldest first."""
        return answer(StoryView.of(await service.story(viewer(caller), committee_id)))


def _shown(committee: Committee) -> Response:
    return answer(CommitteeView.of(committee), committee.version)
