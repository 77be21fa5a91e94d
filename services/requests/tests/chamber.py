"""The council and the requests behind it over stores, fake or real, hearing of each other."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from services.requests import consumers
from services.requests.domain.ballot import (
    Ballot,
    BallotChannel,
    Choice,
    KeptEntry,
    RollEntry,
    Tally,
)
from services.requests.domain.council import Councillor
from services.requests.domain.meeting import Convener, Convening, Meeting
from services.requests.domain.need import Need
from services.requests.domain.proposal import Proposal
from services.requests.domain.request import ServiceRequest
from services.requests.domain.survey import Survey, SurveyState
from services.requests.domain.vote import Opening
from services.requests.service.council import Council, CouncilStores
from services.requests.service.decision import Evaluations, Offers, TaskDraft
from services.requests.service.vote import Electorate, Rolls, Said
from services.requests.store.evaluation import evaluations
from services.requests.store.meeting import meetings
from services.requests.store.proposal import proposals
from services.requests.store.roll import rolls
from services.requests.store.survey import surveys
from services.requests.tests.council_samples import OFFICER, OPENING, PROPOSER, ROLL, WORDING, plan
from services.requests.tests.harness import HERE, Harness, harness_over
from services.requests.tests.survey_samples import in_state
from shared.clock import new_id
from shared.events.requests_survey import SurveyAnalysed
from shared.mongo import Database
from shared.store import Page, Store, decode_cursor, encode_cursor
from shared.testing import FakeClock, FakeStore, called
from shared.testing_service import deliver

RESIDENT = Councillor(PROPOSER, HERE, manages=False)
NEIGHBOUR = Councillor("per_neighbour", HERE, manages=False)
KEEPER = Councillor(OFFICER, HERE, manages=True)
STRANGER = Councillor("per_stranger", ("elsewhere",), manages=True)
SOURCE = "/linli/requests"


def voter(person_id: str) -> Councillor:
    """Somebody of the estate."""
    return Councillor(person_id, HERE, manages=False)


@dataclass
class FakeRolls:
    """Keeps rolls in memory, with the promises of the real ones."""

    kept: dict[str, dict[str, KeptEntry]] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)

    async def freeze(self, roll_id: str, roll: Sequence[RollEntry]) -> None:
        self.kept[roll_id] = {entry.id: KeptEntry(entry) for entry in roll}

    async def forget(self, roll_id: str) -> None:
        self.kept.pop(roll_id, None)

    async def get(self, roll_id: str, entry_id: str) -> KeptEntry | None:
        return self.kept.get(roll_id, {}).get(entry_id)

    async def cast(self, roll_id: str, ballot: Ballot) -> bool:
        kept = self.kept[roll_id].get(ballot.entry_id)
        if kept is None or kept.ballot is not None or roll_id in self.sealed:
            return False
        self.kept[roll_id][ballot.entry_id] = KeptEntry(kept.entry, ballot)
        return True

    async def seal(self, roll_id: str) -> None:
        self.sealed.add(roll_id)

    async def cast_so_far(self, roll_id: str) -> int:
        return (await self.tally(roll_id)).cast

    async def tally(self, roll_id: str) -> Tally:
        said = [kept.ballot.choice for kept in self._roll(roll_id) if kept.ballot]
        return Tally(*(said.count(choice) for choice in Choice))

    async def of_voter(self, roll_id: str, voter_id: str) -> list[KeptEntry]:
        return [kept for kept in self._roll(roll_id) if kept.entry.voter_id == voter_id]

    def _roll(self, roll_id: str) -> list[KeptEntry]:
        return list(self.kept.get(roll_id, {}).values())

    async def page(self, roll_id: str, *, cursor: str | None, limit: int) -> Page[KeptEntry]:
        after = decode_cursor(cursor) if cursor is not None else ""
        rows = [kept for id_, kept in sorted(self.kept.get(roll_id, {}).items()) if id_ > after]
        more = len(rows) > limit
        return Page(rows[:limit], encode_cursor(rows[limit - 1].entry.id) if more else None)


@dataclass
class FakeEvaluations:
    """Keeps marks in memory."""

    kept: dict[tuple[str, str], int] = field(default_factory=dict)

    async def put(self, proposal_id: str, person_id: str, score: int) -> None:
        self.kept[proposal_id, person_id] = score

    async def scores(self, proposal_id: str) -> tuple[int, ...]:
        given = [score for (about, _), score in self.kept.items() if about == proposal_id]
        return tuple(given.count(score) for score in range(1, 6))

    async def forget(self, proposal_id: str) -> None:
        self.kept = {key: score for key, score in self.kept.items() if key[0] != proposal_id}


@dataclass
class Chamber:
    """The council's use cases and what is behind them."""

    harness: Harness
    proposals: Store[Proposal]
    meetings: Store[Meeting]
    rolls: Rolls
    evaluations: Evaluations
    surveys: Store[Survey]
    clock: FakeClock

    def __post_init__(self) -> None:
        self.council = self.replica()
        self.hearings = consumers.of_suggestions(self.council.suggestions)
        self._told: set[str] = set()

    def replica(self) -> Council:
        """The use cases once more, over the same stores."""
        stores = CouncilStores(
            self.proposals,
            self.meetings,
            self.rolls,
            self.evaluations,
            self.harness.store,
            self.surveys,
        )
        offers = Offers(self.harness.service_types, self.harness.estates)
        return Council(stores, offers, self.harness.service, self.clock)

    async def meeting(self, days: int = 1) -> Meeting:
        """A meeting that the branch called."""
        return await self.council.meetings.call(
            plan(self.clock.now() + timedelta(days=days)),
            Convening(Convener.BRANCH),
            community=HERE[0],
        )

    async def needed(self) -> Need:
        """A need that a survey found."""
        survey = replace(in_state(SurveyState.ANALYSED), id=new_id("svy"))
        told = SurveyAnalysed(
            survey_id=survey.id, estate_id=survey.estate_id, findings=2, projects=1
        )
        await self.surveys.save(survey, [told])
        return Need(survey.id, "meals")

    async def submitted(self, need: Need | None = None) -> Proposal:
        """A resident's proposal before the council."""
        drafted = await self.council.agenda.draft(RESIDENT, WORDING, community=HERE[0], need=need)
        return await self.council.agenda.submit(drafted.id, RESIDENT, seen=None)

    async def listed(self, proposal: Proposal, meeting: Meeting) -> Proposal:
        """The proposal on the meeting's agenda, seconded by two."""
        for name in ("per_a", "per_b"):
            await self.council.agenda.second(proposal.id, voter(name), seen=None)
        return await self.council.agenda.list_(
            proposal.id, KEEPER, seen=None, meeting_id=meeting.id
        )

    async def voting(self, proposal: Proposal | None = None, **opening: Any) -> Proposal:
        """A proposal with its vote open on the sample roll."""
        agenda = self.council.agenda
        proposal = proposal or await self.listed(await self.submitted(), await self.meeting())
        self.clock.move(timedelta(days=1))
        await agenda.deliberate(proposal.id, KEEPER, seen=None)
        await agenda.minute(proposal.id, KEEPER, seen=None, text="大家都同意。")
        return await self.open_vote(proposal.id, **opening)

    async def open_vote(
        self,
        proposal_id: str,
        *,
        opening: Opening | None = None,
        electorate: Electorate = Electorate(ROLL),  # noqa: B008  frozen
    ) -> Proposal:
        """Open the vote on the sample roll, or as told."""
        return await self.council.votes.open(
            proposal_id, KEEPER, seen=None, opening=opening or OPENING, electorate=electorate
        )

    async def adopted(self, proposal: Proposal | None = None) -> Proposal:
        """A proposal that all voters of the roll were for."""
        proposal = await self.voting(proposal)
        votes = self.council.votes
        await votes.cast(proposal.id, voter("per_a"), "dwl_1", Said(Choice.FOR))
        await votes.cast(proposal.id, voter("per_b"), "dwl_2", Said(Choice.FOR))
        await votes.cast(proposal.id, KEEPER, "dwl_3", Said(Choice.FOR, BallotChannel.PAPER))
        return await votes.close(proposal.id, KEEPER, seen=None)

    async def implementing(self, *drafts: TaskDraft, proposal: Proposal | None = None) -> Proposal:
        """A decision that is being carried out by these tasks."""
        proposal = await self.adopted(proposal)
        decisions = self.council.decisions
        await decisions.publicise(proposal.id, KEEPER, seen=None, days=1)
        self.clock.move(timedelta(days=1))
        return await decisions.implement(proposal.id, KEEPER, seen=None, drafts=drafts)

    async def tell(self, chance: random.Random | None = None) -> None:
        """Deliver what requests and proposals have told, until nothing new comes of it.

        With ``chance`` in any order and some of it twice.
        """
        while True:
            fresh = [e for e in await self._stories() if e.id not in self._told]
            if not fresh:
                return
            self._told |= {envelope.id for envelope in fresh}
            if chance is not None:
                fresh += chance.sample(fresh, len(fresh) // 2)
                chance.shuffle(fresh)
            for envelope in fresh:
                with called(envelope.actor):
                    await deliver(self.hearings, envelope)

    async def request(self, request_id: str) -> ServiceRequest:
        """A request as it is kept."""
        return await self.harness.store.get(request_id)

    async def _stories(self) -> list[Any]:
        found = []
        for kept in (self.harness.store, self.proposals):
            for one in await kept.find({"community": HERE[0]}):
                found += await kept.story(one.id)
        return found


async def chamber_over(database: Database | None) -> Chamber:
    """A chamber over this database, or over fakes; its estate is known."""
    clock = FakeClock()
    if database is None:
        kept: tuple[Any, ...] = (
            FakeStore(Proposal, source=SOURCE),
            FakeStore(Meeting, source=SOURCE),
            FakeRolls(),
            FakeEvaluations(),
            FakeStore(Survey, source=SOURCE),
            clock,
        )
    else:
        kept = (
            proposals(database),
            meetings(database),
            rolls(database),
            evaluations(database),
            surveys(database),
            clock,
        )
    return Chamber(await harness_over(database), *kept)
