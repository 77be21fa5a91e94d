"""How a vote is held: opened on a frozen roll, cast entry by entry, sealed, counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.requests.domain import vote as domain
from services.requests.domain.ballot import (
    Ballot,
    BallotChannel,
    Choice,
    KeptEntry,
    RollEntry,
    Tally,
    roll_of,
)
from services.requests.domain.council import Councillor
from services.requests.domain.proposal import Decided, Proposal, Vote
from services.requests.domain.vote import Opening
from services.requests.service.estate import EstateService
from services.requests.service.proposal import Proposals
from shared.alarms import Rounds
from shared.clock import Clock, new_id
from shared.due import OVERTAKEN
from shared.errors import Conflict, NotFound, Stale, WrongState
from shared.store import Page, check_seen


class Rolls(Protocol):
    """Where rolls and their ballots are kept; every method may raise ``Unavailable``."""

    async def freeze(self, roll_id: str, roll: Sequence[RollEntry]) -> None:
        """Keep the whole roll; nobody has voted yet."""

    async def forget(self, roll_id: str) -> None:
        """Drop a roll that no vote was opened with, or whose count was kept long enough."""

    async def get(self, roll_id: str, entry_id: str) -> KeptEntry | None:
        """One entry, or None."""

    async def cast(self, roll_id: str, ballot: Ballot) -> bool:
        """Keep the ballot; False if its entry has voted, is sealed, or is not on the roll."""

    async def seal(self, roll_id: str) -> None:
        """From now on no entry of this roll takes a ballot."""

    async def cast_so_far(self, roll_id: str) -> int:
        """How many entries have voted."""

    async def tally(self, roll_id: str) -> Tally:
        """The ballots counted; final once the roll is sealed."""

    async def of_voter(self, roll_id: str, voter_id: str) -> list[KeptEntry]:
        """The entries that this person may cast online, at most 50."""

    async def page(self, roll_id: str, *, cursor: str | None, limit: int) -> Page[KeptEntry]:
        """One page of the roll, by entry id."""


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who is to vote: who is named, and every home of an estate that is not."""

    entries: tuple[RollEntry, ...] = ()
    estate_id: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A ballot as it comes in."""

    choice: Choice
    channel: BallotChannel = BallotChannel.ONLINE


class VoteService:
    """The use cases of a vote.

    Ballots are no aggregates and no events: each is one conditional write to its entry of the roll,
    so thousands may vote at once, each at most once, and nothing tells how anybody voted.
    """

    def __init__(
        self,
        proposals: Proposals,
        rolls: Rolls,
        estates: EstateService,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._proposals = proposals
        self._rolls = rolls
        self._estates = estates
        self._clock = clock
        self._new_id = new_id
        # One that is not voted on any more was counted by somebody else.
        counted = (*OVERTAKEN, WrongState)
        self._alarms = Rounds(
            proposals.store, clock, field="alarm_at", act=self._count, overtaken_by=counted
        )

    async def open(
        self,
        proposal_id: str,
        councillor: Councillor,
        *,
        seen: int | None,
        opening: Opening,
        electorate: Electorate,
    ) -> Proposal:
        """Open the vote; the roll is kept first, so that an open vote has a whole one.

        ``NotFound``, ``Stale``, ``WrongState``; ``Invalid`` for an empty roll, one that names an
        entry twice, an unknown estate, or rules or times that make no sense.
        """
        proposal = await self._proposals.one(proposal_id, councillor)
        check_seen(proposal, seen)
        vote_id, now = self._new_id("vot"), self._clock.now()
        roll = roll_of(electorate.entries, await self._homes(electorate, proposal.community))

        def decide(proposal: Proposal) -> Decided:
            return domain.open_vote(proposal, opening, vote_id=vote_id, roll=roll, at=now)

        decide(proposal)
        await self._rolls.freeze(vote_id, roll)
        try:
            return await self._proposals.change(proposal_id, councillor, seen, decide)
        except (NotFound, Stale, WrongState):  # else it may have been opened: its roll stays
            await self._rolls.forget(vote_id)
            raise

    async def cast(
        self, proposal_id: str, councillor: Councillor, entry_id: str, said: Said
    ) -> KeptEntry:
        """Cast or enter the ballot of one entry; the same one again is answered as before.

        ``NotFound`` for an entry that is not on the roll; ``NotAllowed`` for somebody else's entry,
        or on paper and by telephone if one is no officer of this vote; ``Conflict`` if it has voted
        otherwise; ``WrongState`` before the opening and from the end on.
        """
        proposal = await self._proposals.one(proposal_id, councillor)
        kept = await self._entry(proposal, entry_id)
        now = self._clock.now()
        ballot = Ballot(entry_id, said.choice, said.channel, councillor.id, now)
        vote = domain.may_cast(proposal, kept.entry, ballot)
        if not await self._rolls.cast(vote.id, ballot):
            kept = await self._entry(proposal, entry_id)
            return _answered(kept, said, councillor)
        return KeptEntry(kept.entry, ballot)

    async def mine(self, proposal_id: str, councillor: Councillor) -> list[KeptEntry]:
        """The entries that this person may cast online, and whether each has voted."""
        vote = _vote(await self._proposals.one(proposal_id, councillor))
        return await self._rolls.of_voter(vote.id, councillor.id)

    async def roll(
        self, proposal_id: str, councillor: Councillor, *, cursor: str | None, limit: int
    ) -> Page[KeptEntry]:
        """One page of the roll, for those who see to it that everybody is asked."""
        vote = _vote(await self._proposals.one(proposal_id, councillor))
        return await self._rolls.page(vote.id, cursor=cursor, limit=limit)

    async def close(
        self, proposal_id: str, councillor: Councillor, *, seen: int | None
    ) -> Proposal:
        """Seal the roll and count; ``WrongState`` before its end while somebody has not voted."""
        proposal = await self._proposals.one(proposal_id, councillor)
        check_seen(proposal, seen)
        return await self._closed(proposal, seen)

    async def ring(self) -> int:
        """Count each vote whose end has come, the oldest first; how many. ``Unavailable``.

        Several replicas may do so at once: one of them wins, with the same count. What cannot be
        counted is logged, keeps no other waiting, and is tried again at the next call.
        """
        return await self._alarms.ring()

    async def _count(self, proposal: Proposal, _: datetime) -> None:
        await self._closed(proposal, None)

    async def _closed(self, proposal: Proposal, seen: int | None) -> Proposal:
        vote = _vote(proposal)
        cast, now = await self._rolls.cast_so_far(vote.id), self._clock.now()
        domain.may_close(proposal, cast=cast, at=now)
        await self._rolls.seal(vote.id)
        tally = await self._rolls.tally(vote.id)
        keeper = Councillor("", (proposal.community,), manages=True)
        return await self._proposals.change(
            proposal.id, keeper, seen, lambda p: domain.close_vote(p, tally, at=now)
        )

    async def _homes(self, electorate: Electorate, community: str) -> frozenset[str]:
        if electorate.estate_id is None:
            return frozenset()
        estate = await self._estates.admit(
            electorate.estate_id, dwelling_id=None, communities=(community,)
        )
        return estate.dwelling_ids

    async def _entry(self, proposal: Proposal, entry_id: str) -> KeptEntry:
        kept = await self._rolls.get(_vote(proposal).id, entry_id)
        if kept is None:
            raise NotFound("vote.not_on_roll")
        return kept


def _vote(proposal: Proposal) -> Vote:
    if proposal.vote is None:
        raise WrongState("vote.not_open")
    return proposal.vote


def _answered(kept: KeptEntry, said: Said, councillor: Councillor) -> KeptEntry:
    """What an entry that takes no ballot says to one more."""
    ballot = kept.ballot
    if ballot is None:
        raise WrongState("vote.not_open")
    if (ballot.choice, ballot.channel, ballot.by) != (said.choice, said.channel, councillor.id):
        raise Conflict("vote.cast_already")
    return kept
