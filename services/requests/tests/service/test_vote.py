"""Votes over both stores: frozen, secret, exact, whoever does what at the same time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.ballot import BallotChannel, Choice, RollEntry, Tally
from services.requests.domain.proposal import ProposalState
from services.requests.service.vote import Electorate, Said
from services.requests.tests.chamber import KEEPER, STRANGER, Chamber, voter
from services.requests.tests.council_samples import CLOSES, OFFICER, OPENING, ROLL
from shared.errors import Conflict, Invalid, LinliError, NotAllowed, NotFound, Stale, WrongState

FOR, AGAINST = Said(Choice.FOR), Said(Choice.AGAINST)
ON_PAPER = Said(Choice.AGAINST, BallotChannel.PAPER)


async def test_a_vote_goes_from_its_roll_to_its_count(chamber: Chamber) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()
    assert voting.state is ProposalState.VOTING
    assert voting.vote is not None
    assert voting.vote.entries == len(ROLL)

    await votes.cast(voting.id, voter("per_a"), "dwl_1", FOR)
    await votes.cast(voting.id, voter("per_b"), "dwl_2", FOR)
    await votes.cast(voting.id, KEEPER, "dwl_3", ON_PAPER)
    decided = await votes.close(voting.id, KEEPER, seen=None)

    assert decided.state is ProposalState.ADOPTED
    assert decided.vote is not None
    assert decided.vote.tally == Tally(2, 1, 0)
    assert decided.vote.quorate is True


async def test_the_roll_is_every_home_of_the_estate_and_who_is_named(chamber: Chamber) -> None:
    proposal = await chamber.listed(await chamber.submitted(), await chamber.meeting())
    electorate = Electorate((RollEntry("dwl_2", "per_b"),), estate_id="est_1")
    voting = await chamber.voting(proposal, electorate=electorate)

    roll = await chamber.council.votes.roll(voting.id, KEEPER, cursor=None, limit=50)

    assert [kept.entry for kept in roll.items] == [
        RollEntry("dwl_1"),
        RollEntry("dwl_2", "per_b"),
    ]


async def test_a_roll_of_nobody_or_of_an_unknown_estate_opens_no_vote(chamber: Chamber) -> None:
    proposal = await chamber.listed(await chamber.submitted(), await chamber.meeting())
    agenda = chamber.council.agenda
    chamber.clock.move(timedelta(days=1))
    await agenda.deliberate(proposal.id, KEEPER, seen=None)
    await agenda.minute(proposal.id, KEEPER, seen=None, text="同意。")

    for electorate in (Electorate(), Electorate(estate_id="est_none")):
        with pytest.raises(Invalid):
            await chamber.open_vote(proposal.id, electorate=electorate)
    assert (await chamber.proposals.get(proposal.id)).state is ProposalState.DELIBERATING


async def test_a_ballot_sent_again_is_answered_as_before_and_another_is_refused(
    chamber: Chamber,
) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()

    first = await votes.cast(voting.id, voter("per_a"), "dwl_1", FOR)
    chamber.clock.move(timedelta(minutes=1))
    again = await votes.cast(voting.id, voter("per_a"), "dwl_1", FOR)
    assert again == first
    with pytest.raises(Conflict):
        await votes.cast(voting.id, voter("per_a"), "dwl_1", AGAINST)
    with pytest.raises(Conflict):
        await votes.cast(voting.id, KEEPER, "dwl_1", Said(Choice.FOR, BallotChannel.PHONE))


async def test_of_ballots_cast_for_one_entry_at_the_same_time_one_is_kept(chamber: Chamber) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()

    outcomes = await asyncio.gather(
        *(
            votes.cast(voting.id, who, "dwl_1", said)
            for who, said in ((voter("per_a"), FOR), (KEEPER, ON_PAPER), (voter("per_a"), AGAINST))
        ),
        return_exceptions=True,
    )

    assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True, True]
    chamber.clock.moment = CLOSES
    closed = await votes.close(voting.id, KEEPER, seen=None)
    assert closed.vote is not None
    assert closed.vote.tally is not None
    assert closed.vote.tally.cast == 1


async def test_only_ones_own_entry_online_and_only_a_named_officer_on_paper(
    chamber: Chamber,
) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()
    other = replace(KEEPER, id="per_other_staff")

    for who, entry, said in (
        (voter("per_b"), "dwl_1", FOR),
        (voter("per_a"), "dwl_3", FOR),
        (other, "dwl_3", ON_PAPER),
    ):
        with pytest.raises(NotAllowed):
            await votes.cast(voting.id, who, entry, said)
    for who, entry in ((voter("per_a"), "dwl_9"), (STRANGER, "dwl_1")):
        with pytest.raises(NotFound):
            await votes.cast(voting.id, who, entry, FOR)


async def test_one_sees_which_entries_are_ones_own_and_nobody_how_any_voted(
    chamber: Chamber,
) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()
    await votes.cast(voting.id, voter("per_a"), "dwl_1", FOR)

    mine = await votes.mine(voting.id, voter("per_a"))

    assert [(kept.entry.id, kept.ballot is not None) for kept in mine] == [("dwl_1", True)]
    assert await votes.mine(voting.id, voter("per_nobody")) == []
    shown = await chamber.council.proposals.one(voting.id, voter("per_a"))
    assert shown.vote is not None
    assert shown.vote.tally is None
    told = await chamber.proposals.story(voting.id)
    assert not any("ballot" in envelope.type for envelope in told)


async def test_a_roll_is_read_page_by_page_in_a_stable_order(chamber: Chamber) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()

    first = await votes.roll(voting.id, KEEPER, cursor=None, limit=2)
    rest = await votes.roll(voting.id, KEEPER, cursor=first.next_cursor, limit=2)

    ids = [kept.entry.id for kept in (*first.items, *rest.items)]
    assert ids == ["dwl_1", "dwl_2", "dwl_3"]
    assert rest.next_cursor is None


async def test_a_vote_is_not_counted_while_it_is_open_and_takes_no_ballot_after_its_end(
    chamber: Chamber,
) -> None:
    votes = chamber.council.votes
    voting = await chamber.voting()
    await votes.cast(voting.id, voter("per_a"), "dwl_1", FOR)

    with pytest.raises(WrongState):
        await votes.close(voting.id, KEEPER, seen=None)
    await votes.cast(voting.id, voter("per_b"), "dwl_2", FOR)  # a count too early sealed nothing
    chamber.clock.moment = CLOSES
    with pytest.raises(WrongState):
        await votes.cast(voting.id, KEEPER, "dwl_3", ON_PAPER)
    closed = await votes.close(voting.id, KEEPER, seen=None)
    assert closed.vote is not None
    assert closed.vote.tally == Tally(2, 0, 0)


async def test_a_ballot_that_comes_while_the_roll_is_counted_is_counted_or_refused(
    chamber: Chamber,
) -> None:
    """A replica whose clock is slow still takes ballots: the seal decides, not the clock."""
    voting = await chamber.voting()
    slow = chamber.replica()
    chamber.clock.moment = CLOSES
    slow.votes._clock = replace(chamber.clock, moment=CLOSES - timedelta(seconds=5))

    outcomes = await asyncio.gather(
        slow.votes.cast(voting.id, voter("per_a"), "dwl_1", FOR),
        chamber.council.votes.close(voting.id, KEEPER, seen=None),
        slow.votes.cast(voting.id, voter("per_b"), "dwl_2", FOR),
        return_exceptions=True,
    )

    taken = sum(not isinstance(outcome, LinliError) for outcome in (outcomes[0], outcomes[2]))
    closed = await chamber.proposals.get(voting.id)
    assert closed.vote is not None
    assert closed.vote.tally is not None
    assert closed.vote.tally.cast == taken
    with pytest.raises(WrongState):
        await slow.votes.cast(voting.id, KEEPER, "dwl_3", ON_PAPER)


async def test_the_clock_counts_a_vote_at_its_end_once_whoever_looks(chamber: Chamber) -> None:
    voting = await chamber.voting()
    replicas = (chamber.council.votes, chamber.replica().votes)

    assert await replicas[0].ring() == 0
    chamber.clock.moment = CLOSES
    await asyncio.gather(*(votes.ring() for votes in replicas))
    assert await replicas[0].ring() == 0

    closed = await chamber.proposals.get(voting.id)
    assert closed.state is ProposalState.NOT_ADOPTED
    told = [envelope.type for envelope in await chamber.proposals.story(voting.id)]
    assert told.count("requests.vote.closed.v1") == 1


async def test_a_vote_opened_on_an_old_version_leaves_nothing_behind(chamber: Chamber) -> None:
    proposal = await chamber.listed(await chamber.submitted(), await chamber.meeting())
    agenda, votes = chamber.council.agenda, chamber.council.votes
    chamber.clock.move(timedelta(days=1))
    await agenda.deliberate(proposal.id, KEEPER, seen=None)
    old = await agenda.minute(proposal.id, KEEPER, seen=None, text="同意。")
    await agenda.minute(proposal.id, KEEPER, seen=None, text="都同意。")

    with pytest.raises(Stale):
        await votes.open(
            proposal.id, KEEPER, seen=old.version, opening=OPENING, electorate=Electorate(ROLL)
        )
    opened = await chamber.open_vote(proposal.id)
    with pytest.raises(WrongState):
        await chamber.open_vote(proposal.id)
    await votes.cast(opened.id, voter("per_a"), "dwl_1", FOR)
    assert opened.vote is not None
    assert opened.vote.officers == (OFFICER,)


async def test_a_proposal_that_was_never_voted_on_has_no_roll(chamber: Chamber) -> None:
    proposal = await chamber.submitted()
    votes = chamber.council.votes

    for attempt in (
        votes.mine(proposal.id, voter("per_a")),
        votes.roll(proposal.id, KEEPER, cursor=None, limit=10),
        votes.close(proposal.id, KEEPER, seen=None),
        votes.cast(proposal.id, voter("per_a"), "dwl_1", FOR),
    ):
        with pytest.raises(WrongState):
            await attempt
