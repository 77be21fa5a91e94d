"""What a vote asks for, and that whatever anybody does, it counts each entry at most once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.requests.domain.ballot import (
    Ballot,
    BallotChannel,
    Choice,
    RollEntry,
    Rules,
    Share,
    Tally,
    judged,
)
from services.requests.domain.proposal import Proposal, ProposalState
from services.requests.domain.vote import (
    OFFICERS_MAX,
    VOTE_SPAN_MAX,
    Opening,
    close_vote,
    may_cast,
    may_close,
    open_vote,
)
from services.requests.tests.council_samples import (
    CARRIED,
    CLOSES,
    LOST,
    NOW,
    OFFICER,
    OPENING,
    ROLL,
    drafted,
    proposal_in,
)
from shared.errors import Invalid, LinliError, NotAllowed, WrongState
from shared.events import Event

S = ProposalState


def ballot(by: str, channel: BallotChannel = BallotChannel.ONLINE, **changes: object) -> Ballot:
    return replace(Ballot("dwl_1", Choice.FOR, channel, by, NOW), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"resolution": "  "}, "/resolution"),
        ({"resolution": "字" * 4001}, "/resolution"),
        ({"closes_at": NOW}, "/closes_at"),
        ({"closes_at": NOW + VOTE_SPAN_MAX + timedelta(seconds=1)}, "/closes_at"),
        ({"entered_until": CLOSES - timedelta(seconds=1)}, "/entered_until"),
        ({"entered_until": CLOSES + timedelta(days=7, seconds=1)}, "/entered_until"),
        ({"officers": tuple(f"per_{n}" for n in range(OFFICERS_MAX + 1))}, "/officers"),
        ({"rules": Rules(quorum=Share(2, 1))}, "/quorum"),
    ],
)
def test_a_vote_that_makes_no_sense_is_not_opened(changes: dict[str, object], pointer: str) -> None:
    opening: Opening = replace(OPENING, **changes)  # type: ignore[arg-type]

    with pytest.raises(Invalid) as caught:
        open_vote(proposal_in(S.DELIBERATING), opening, vote_id="vot_1", roll=ROLL, at=NOW)
    assert caught.value.facts["pointer"] == pointer


def test_no_vote_is_opened_before_something_is_minuted() -> None:
    silent = replace(proposal_in(S.DELIBERATING), minutes=None)

    with pytest.raises(WrongState) as caught:
        open_vote(silent, OPENING, vote_id="vot_1", roll=ROLL, at=NOW)
    assert caught.value.code == "proposal.not_minuted"


def test_online_one_casts_ones_own_entry_and_an_officer_enters_the_others() -> None:
    voting = proposal_in(S.VOTING)

    may_cast(voting, ROLL[0], ballot("per_a"))
    may_cast(voting, ROLL[0], ballot(OFFICER, BallotChannel.PAPER))
    may_cast(voting, ROLL[2], ballot(OFFICER, BallotChannel.PHONE))
    for entry, said in (
        (ROLL[0], ballot("per_b")),
        (ROLL[2], ballot("per_a")),
        (ROLL[0], ballot("per_a", BallotChannel.PAPER)),
        (ROLL[0], ballot("per_other", BallotChannel.PHONE)),
    ):
        with pytest.raises(NotAllowed):
            may_cast(voting, entry, said)


@pytest.mark.parametrize("state", [s for s in S if s is not S.VOTING])
def test_no_ballot_is_taken_before_the_opening_or_after_the_count(state: ProposalState) -> None:
    with pytest.raises(WrongState):
        may_cast(proposal_in(state), ROLL[0], ballot("per_a"))


def test_no_ballot_is_taken_from_the_announced_end_on() -> None:
    voting = proposal_in(S.VOTING)

    may_cast(voting, ROLL[0], ballot("per_a", at=CLOSES - timedelta(milliseconds=1)))
    with pytest.raises(WrongState):
        may_cast(voting, ROLL[0], ballot("per_a", at=CLOSES))


def test_what_came_on_paper_in_time_is_entered_until_the_count_and_online_nothing_more() -> None:
    later = CLOSES + timedelta(days=2)
    opening = replace(OPENING, entered_until=later)
    voting, _ = open_vote(proposal_in(S.DELIBERATING), opening, vote_id="vot_1", roll=ROLL, at=NOW)
    assert voting.alarm_at == later

    may_cast(voting, ROLL[0], ballot(OFFICER, BallotChannel.PAPER, at=CLOSES))
    with pytest.raises(WrongState):
        may_cast(voting, ROLL[0], ballot("per_a", at=CLOSES))
    with pytest.raises(WrongState):
        may_cast(voting, ROLL[0], ballot(OFFICER, BallotChannel.PAPER, at=later))
    with pytest.raises(WrongState):
        may_close(voting, cast=2, at=CLOSES)
    may_close(voting, cast=2, at=later)


def test_a_vote_is_counted_at_its_end_or_when_everybody_has_voted() -> None:
    voting = proposal_in(S.VOTING)

    with pytest.raises(WrongState) as caught:
        may_close(voting, cast=2, at=CLOSES - timedelta(seconds=1))
    assert caught.value.code == "vote.still_open"
    may_close(voting, cast=3, at=NOW)
    may_close(voting, cast=0, at=CLOSES)


@pytest.mark.parametrize(
    ("tally", "state", "quorate"),
    [
        (CARRIED, S.ADOPTED, True),
        (LOST, S.NOT_ADOPTED, True),
        (Tally(1, 0, 0), S.NOT_ADOPTED, False),
        (Tally(0, 0, 0), S.NOT_ADOPTED, False),
        (Tally(0, 0, 3), S.NOT_ADOPTED, True),
    ],
)
def test_the_count_decides(tally: Tally, state: ProposalState, quorate: bool) -> None:
    after, events = close_vote(proposal_in(S.VOTING), tally, at=CLOSES)

    assert after.state is state
    assert after.vote is not None
    assert (after.vote.tally, after.vote.quorate, after.vote.closed_at) == (tally, quorate, CLOSES)
    assert after.alarm_at is None
    assert [event.type for event in events] == [
        "requests.vote.closed.v1",
        f"requests.proposal.{state}.v1",
    ]


ENTRIES = tuple(RollEntry(f"dwl_{n}", f"per_{n}" if n % 2 else None) for n in range(6))
SHARES = st.sampled_from([Share(1, 2), Share(1, 2, True), Share(2, 3), Share(1, 6), Share(1, 1)])
PEOPLE = st.sampled_from([*(f"per_{n}" for n in range(7)), OFFICER])


class VoteLife(RuleBasedStateMachine):
    """Residents and officers vote for whom they may and may not; the keeper counts when he may."""

    @initialize(
        quorum=SHARES,
        threshold=SHARES,
        days=st.integers(1, 4),
        entering=st.none() | st.integers(0, 3),
    )
    def open(self, quorum: Share, threshold: Share, days: int, entering: int | None) -> None:
        self.now = NOW
        self.agreed = Rules(quorum, threshold)
        self.closes_at = NOW + timedelta(days=days)
        self.entered_until = self.closes_at + timedelta(days=entering or 0)
        until = None if entering is None else self.entered_until
        opening = Opening("装路灯。", self.closes_at, self.agreed, (OFFICER,), until)
        self.proposal: Proposal
        self.told: list[Event]
        self.proposal, self.told = open_vote(
            proposal_in(S.DELIBERATING), opening, vote_id="vot_1", roll=ENTRIES, at=NOW
        )
        self.kept: dict[str, Ballot] = {}
        """What the roll holds: an entry's first ballot, as the store keeps it."""

    @rule(
        entry=st.sampled_from(ENTRIES),
        by=PEOPLE,
        choice=st.sampled_from(Choice),
        channel=st.sampled_from(BallotChannel),
    )
    def somebody_votes(
        self, entry: RollEntry, by: str, choice: Choice, channel: BallotChannel
    ) -> None:
        said = Ballot(entry.id, choice, channel, by, self.now)
        own = channel is BallotChannel.ONLINE and entry.voter_id == by
        entered = channel is not BallotChannel.ONLINE and by == OFFICER
        try:
            may_cast(self.proposal, entry, said)
        except LinliError:
            assert self._over(channel) or not (own or entered)
        else:
            assert not self._over(channel)
            assert own or entered
            self.kept.setdefault(entry.id, said)

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_keeper_counts(self) -> None:
        before = self.proposal
        try:
            self.proposal, events = close_vote(before, self._tally(), at=self.now)
        except WrongState:
            waiting = self.now < self.entered_until and len(self.kept) < len(ENTRIES)
            assert waiting or before.state is not S.VOTING
            return
        self.told += events

    @invariant()
    def nothing_of_the_count_is_known_before_it_is_closed(self) -> None:
        vote = self.proposal.vote
        assert vote is not None
        assert (vote.tally is None) == (self.proposal.state is S.VOTING)
        for event in self.told:
            if event.type == "requests.vote.opened.v1":
                assert not {"votes_for", "votes_against", "abstained"} & set(event.model_dump())

    @invariant()
    def the_result_is_what_the_kept_ballots_say(self) -> None:
        vote = self.proposal.vote
        assert vote is not None
        if vote.tally is None:
            return
        assert vote.tally == self._tally()
        assert vote.tally.cast <= vote.entries
        outcome = judged(vote.tally, entries=vote.entries, rules=self.agreed)
        assert (self.proposal.state is S.ADOPTED) == outcome.carried

    @invariant()
    def it_is_counted_at_most_once(self) -> None:
        closed = [event for event in self.told if event.type == "requests.vote.closed.v1"]
        assert len(closed) == (self.proposal.state is not S.VOTING)

    def _over(self, channel: BallotChannel) -> bool:
        online = channel is BallotChannel.ONLINE
        end = self.closes_at if online else self.entered_until
        return self.proposal.state is not S.VOTING or self.now >= end

    def _tally(self) -> Tally:
        said = [kept.choice for kept in self.kept.values()]
        return Tally(*(said.count(choice) for choice in Choice))


VoteLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestVoteLife = VoteLife.TestCase


def test_a_draft_has_no_vote_to_count() -> None:
    with pytest.raises(WrongState):
        close_vote(drafted(), CARRIED, at=CLOSES)
