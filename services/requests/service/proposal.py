"""What one can do with a proposal on its way to the vote, and how every use case finds one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.requests.domain import agenda
from services.requests.domain.agenda import Wording
from services.requests.domain.council import Councillor, may_read, must_propose
from services.requests.domain.meeting import PROPOSALS_MAX, Meeting, may_deliberate, place_on
from services.requests.domain.need import Need, origin_in
from services.requests.domain.proposal import (
    DIRECT,
    Decided,
    Declined,
    Origin,
    Proposal,
    ProposalState,
)
from services.requests.domain.survey import Survey
from shared.clock import Clock, new_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound
from shared.store import Page, Store, check_seen

OPEN_STATES = [str(state) for state in ProposalState if state is not ProposalState.DRAFT]


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which proposals to list; None: any."""

    state: ProposalState | None = None
    meeting_id: str | None = None
    origin_id: str | None = None
    mine: bool = False


class Proposals:
    """The proposals that there are, as far as somebody may know of them."""

    def __init__(self, store: Store[Proposal]) -> None:
        self.store = store

    async def one(self, proposal_id: str, councillor: Councillor) -> Proposal:
        """One proposal; ``NotFound`` if there is none that this person may see."""
        proposal = await self.store.get(proposal_id, communities=councillor.communities)
        if not may_read(councillor, proposal):
            raise NotFound("store.not_found", id=proposal_id)
        return proposal

    async def change(
        self,
        proposal_id: str,
        councillor: Councillor,
        seen: int | None,
        decide: Callable[[Proposal], Decided],
    ) -> Proposal:
        """Load, decide, save; ``NotFound``, ``Stale``, and what ``decide`` raises."""
        return await changed(
            self.store, lambda: self.one(proposal_id, councillor), decide, seen=seen
        )

    async def page(
        self, councillor: Councillor, wanted: ProposalFilter, *, cursor: str | None, limit: int
    ) -> Page[Proposal]:
        """One page of what this person may see, newest first; others' drafts are not shown.

        A page may be shorter than ``limit``: what one may not see by itself is left out of it.
        """
        where: dict[str, Any] = {}
        if wanted.mine:
            where["proposer_id"] = councillor.id
        elif not councillor.manages:
            where["state"] = {"$in": OPEN_STATES}
        for name in ("meeting_id", "origin_id"):
            if (value := getattr(wanted, name)) is not None:
                where[name] = value
        if wanted.state is not None:
            drafts_hidden = wanted.state is ProposalState.DRAFT and "state" in where
            where["state"] = {"$in": []} if drafts_hidden else wanted.state.value
        page = await self.store.page(
            where, communities=councillor.communities, cursor=cursor, limit=limit
        )
        return Page([each for each in page.items if may_read(councillor, each)], page.next_cursor)

    async def story(self, proposal_id: str, councillor: Councillor) -> list[Envelope]:
        """All that happened to it, oldest first; ``NotFound`` as for ``one``."""
        await self.one(proposal_id, councillor)
        return await self.store.story(proposal_id, communities=councillor.communities)


class AgendaService:
    """The use cases until the vote.

    Each that changes a proposal: ``NotFound`` for one that this person may not see, ``Stale`` if
    ``seen`` has moved on, ``WrongState`` if its state does not allow it, ``Unavailable``.
    """

    def __init__(
        self,
        proposals: Proposals,
        meetings: Store[Meeting],
        surveys: Store[Survey],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._proposals = proposals
        self._meetings = meetings
        self._surveys = surveys
        self._clock = clock
        self._new_id = new_id

    async def draft(
        self,
        councillor: Councillor,
        wording: Wording,
        *,
        community: str,
        need: Need | None = None,
    ) -> Proposal:
        """Begin a proposal, also to meet a need that a survey of this community found.

        ``Invalid`` for a blank or over-long title or text, and for a need that nobody found.
        """
        proposal, events = agenda.draft(
            wording,
            id=self._new_id("prp"),
            community=community,
            proposer_id=councillor.id,
            at=self._clock.now(),
            origin=await self._origin(need, community),
        )
        return await self._proposals.store.save(proposal, events)

    async def revise(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None, wording: Wording
    ) -> Proposal:
        """Put one's own draft in other words; ``NotAllowed`` for another's."""
        return await self._own(proposal_id, councillor, seen, lambda p: agenda.revise(p, wording))

    async def submit(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """Put one's own draft before the council; ``NotAllowed`` for another's."""
        return await self._own(proposal_id, councillor, seen, agenda.submit)

    async def withdraw(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """Take one's own proposal back before the vote; ``NotAllowed`` for another's."""
        return await self._own(proposal_id, councillor, seen, agenda.withdraw)

    async def second(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """Stand behind another's proposal, once."""
        return await self._proposals.change(
            proposal_id, councillor, seen, lambda p: agenda.second(p, by=councillor.id)
        )

    async def list_(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None, meeting_id: str
    ) -> Proposal:
        """Put it on a planned meeting's agenda; ``NotFound`` if there is no such meeting.

        Of two that are listed at the same instant each gets a place of its own: the store refuses a
        place that is taken, and the next one is looked for.
        """
        tries_left = PROPOSALS_MAX
        while True:
            tries_left -= 1
            try:
                return await self._listed(proposal_id, councillor, seen, meeting_id)
            except Conflict as conflict:
                if "place" not in str(conflict.facts.get("fields")) or not tries_left:
                    raise

    async def _listed(
        self, proposal_id: str, councillor: Councillor, seen: int | None, meeting_id: str
    ) -> Proposal:
        meeting = await self._meetings.get(meeting_id, communities=councillor.communities)
        listed = await self._proposals.store.find(
            {"community": meeting.community, "meeting_id": meeting.id}, limit=PROPOSALS_MAX + 1
        )
        taken = [one.place for one in listed if one.id != proposal_id]

        def decide(proposal: Proposal) -> Decided:
            if proposal.community != meeting.community:
                raise NotFound("store.not_found", id=meeting_id)
            place = place_on(meeting, taken=taken)
            return agenda.list_(proposal, meeting_id=meeting_id, place=place)

        return await self._proposals.change(proposal_id, councillor, seen, decide)

    async def decline(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None, declined: Declined
    ) -> Proposal:
        """Put it on no agenda, for a reason."""
        return await self._proposals.change(
            proposal_id, councillor, seen, lambda p: agenda.decline(p, declined)
        )

    async def deliberate(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """Its meeting takes it up; ``WrongState`` too before that meeting's time."""
        proposal = await self._proposals.one(proposal_id, councillor)
        check_seen(proposal, seen)
        if proposal.meeting_id is not None:
            meeting = await self._meetings.get(
                proposal.meeting_id, communities=(proposal.community,)
            )
            may_deliberate(meeting, at=self._clock.now())
        # On no other version: it might have moved to another meeting meanwhile.
        return await self._proposals.change(
            proposal_id, councillor, proposal.version, agenda.deliberate
        )

    async def minute(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None, text: str
    ) -> Proposal:
        """Keep what was said of it."""
        now = self._clock.now()
        return await self._proposals.change(
            proposal_id,
            councillor,
            seen,
            lambda p: agenda.minute(p, text=text, by=councillor.id, at=now),
        )

    async def _origin(self, need: Need | None, community: str) -> Origin:
        if need is None:
            return DIRECT
        try:
            survey = await self._surveys.get(need.survey_id, communities=(community,))
        except NotFound:
            return origin_in(None, need)
        return origin_in(survey, need)

    async def _own(
        self,
        proposal_id: str,
        councillor: Councillor,
        seen: int | None,
        act: Callable[[Proposal], Decided],
    ) -> Proposal:
        def decide(proposal: Proposal) -> Decided:
            must_propose(councillor, proposal)
            return act(proposal)

        return await self._proposals.change(proposal_id, councillor, seen, decide)
