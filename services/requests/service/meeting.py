"""What one can do with a meeting of the council."""

from collections.abc import Callable
from dataclasses import dataclass

from services.requests.domain import meeting as domain
from services.requests.domain.council import Councillor
from services.requests.domain.meeting import (
    MEETINGS_A_YEAR_MIN,
    PROPOSALS_MAX,
    Convening,
    Decided,
    Meeting,
    MeetingState,
    Plan,
    year_of,
)
from services.requests.domain.proposal import Proposal
from shared.clock import Clock, new_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.store import Page, Store

MEETINGS_COUNTED_MAX = 100


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings to list; None: any."""

    state: MeetingState | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """How often a council met in a year, and is still to meet; ``due``: how often it is to."""

    community: str
    year: int
    held: int
    planned: int
    due: int = MEETINGS_A_YEAR_MIN

    @property
    def short(self) -> int:
        """How many meetings are neither held nor planned yet."""
        return max(0, self.due - self.held - self.planned)


class MeetingService:
    """The use cases; each that changes a meeting raises as in ``AgendaService``."""

    def __init__(
        self,
        meetings: Store[Meeting],
        proposals: Store[Proposal],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._meetings = meetings
        self._proposals = proposals
        self._clock = clock
        self._new_id = new_id

    async def call(self, plan: Plan, convening: Convening, *, community: str) -> Meeting:
        """Call a meeting; ``Invalid`` for one in the past or called by too few."""
        meeting, events = domain.call(
            plan, convening, id=self._new_id("mtg"), community=community, at=self._clock.now()
        )
        return await self._meetings.save(meeting, events)

    async def one(self, meeting_id: str, councillor: Councillor) -> Meeting:
        """One meeting; ``NotFound`` if there is none in one's communities."""
        return await self._meetings.get(meeting_id, communities=councillor.communities)

    async def agenda(self, meeting: Meeting) -> list[Proposal]:
        """The proposals on its agenda, those made first first."""
        where = {"community": meeting.community, "meeting_id": meeting.id}
        return await self._proposals.find(where, limit=PROPOSALS_MAX)

    async def page(
        self, councillor: Councillor, wanted: MeetingFilter, *, cursor: str | None, limit: int
    ) -> Page[Meeting]:
        """One page of one's communities' meetings, called last first."""
        where: dict[str, object] = {}
        if wanted.state is not None:
            where["state"] = wanted.state.value
        if wanted.year is not None:
            where["year"] = wanted.year
        return await self._meetings.page(
            where, communities=councillor.communities, cursor=cursor, limit=limit
        )

    async def year(self, community: str, year: int | None) -> Year:
        """How a community's council keeps to its two meetings in a year; None: this year."""
        wanted = year_of(self._clock.now()) if year is None else year
        found = await self._meetings.find(
            {"community": community, "year": wanted}, limit=MEETINGS_COUNTED_MAX
        )
        states = [meeting.state for meeting in found]
        held, planned = states.count(MeetingState.HELD), states.count(MeetingState.PLANNED)
        return Year(community, wanted, held, planned)

    async def story(self, meeting_id: str, councillor: Councillor) -> list[Envelope]:
        """All that happened to it, oldest first."""
        return await self._meetings.story(meeting_id, communities=councillor.communities)

    async def change(
        self, meeting_id: str, councillor: Councillor, *, seen: int | None, plan: Plan
    ) -> Meeting:
        """Another time, place, chair or agenda."""
        now = self._clock.now()
        return await self._change(
            meeting_id, councillor, seen, lambda m: domain.change(m, plan, at=now)
        )

    async def hold(
        self,
        meeting_id: str,
        councillor: Councillor,
        *,
        seen: int | None,
        attendance: tuple[str, ...],
    ) -> Meeting:
        """It has met."""
        now = self._clock.now()
        return await self._change(
            meeting_id,
            councillor,
            seen,
            lambda m: domain.hold(m, attendance=attendance, at=now),
        )

    async def minute(
        self, meeting_id: str, councillor: Councillor, *, seen: int | None, text: str
    ) -> Meeting:
        """Keep its minutes."""
        now = self._clock.now()
        return await self._change(
            meeting_id,
            councillor,
            seen,
            lambda m: domain.minute(m, text=text, by=councillor.id, at=now),
        )

    async def cancel(self, meeting_id: str, councillor: Councillor, *, seen: int | None) -> Meeting:
        """It does not take place."""
        return await self._change(meeting_id, councillor, seen, domain.cancel)

    async def _change(
        self,
        meeting_id: str,
        councillor: Councillor,
        seen: int | None,
        decide: Callable[[Meeting], Decided],
    ) -> Meeting:
        return await changed(
            self._meetings, lambda: self.one(meeting_id, councillor), decide, seen=seen
        )
