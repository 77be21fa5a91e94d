"""What one can do with a mediation, and who is put on record for reading it: over both stores."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.requests.domain.mediation import (
    ConsentMethod,
    DeclineReason,
    MediationState,
    Way,
)
from services.requests.domain.mediation_reader import MediationReader
from services.requests.service import mediation_steps as steps
from services.requests.service.mediation import CaseFilter, Dispute
from services.requests.service.mediation_steps import Talk
from services.requests.service.reading import Purpose
from services.requests.tests.mediation_harness import (
    AS_MEDIATOR,
    AS_SECRETARY,
    PARTIES,
    TERMS,
    MediationHarness,
    mediation_harness_over,
)
from services.requests.tests.mediation_samples import MEDIATOR, SECRETARY, SUBJECT
from shared.errors import Conflict, Invalid, NotFound, Stale, Unavailable, WrongState
from shared.mongo import Database
from shared.readings import Reading
from shared.store import Page
from shared.testing import FakeReadings

HERE, THERE = ("hongmiao",), ("elsewhere",)
OUTSIDERS = {
    "another mediator": MediationReader("per_other", HERE, secretary=False),
    "a party": MediationReader("per_wang", HERE, secretary=False),
    "a secretary who is a party": MediationReader("per_wang", HERE, secretary=True),
    "another community's secretary": MediationReader(SECRETARY, THERE, secretary=True),
    "its mediator, gone elsewhere": MediationReader(MEDIATOR, THERE, secretary=False),
}


@pytest.fixture
async def harness(either: Database | None) -> MediationHarness:
    return await mediation_harness_over(either)


async def test_a_dispute_goes_from_its_registration_to_a_performed_agreement(
    harness: MediationHarness,
) -> None:
    case = await harness.case()
    await harness.accepted(case.id)
    await harness.take(case.id, steps.beginning())
    parties = tuple(party.id for party in case.parties)
    case = await harness.service.read(case.id, AS_MEDIATOR, purpose=Purpose.HANDLING)
    parties = tuple(party.id for party in case.parties)
    harness.clock.move(timedelta(days=40))
    with pytest.raises(Conflict):
        await harness.take(case.id, steps.agreeing(TERMS))
    await harness.take(case.id, steps.extending(parties))
    await harness.take(case.id, steps.meeting(Talk(harness.clock.now(), parties, "各退一步")))
    await harness.take(case.id, steps.agreeing(TERMS))
    await harness.take(case.id, steps.performing())
    await harness.take(case.id, steps.breaching("没有付款"))
    await harness.take(case.id, steps.resuming())
    await harness.take(case.id, steps.agreeing(TERMS))
    await harness.take(case.id, steps.performing())
    done = await harness.take(case.id, steps.fulfilling(None))

    assert done.state is MediationState.FULFILLED
    assert done.agreement is not None
    assert done.agreement.made_at == harness.clock.now()
    assert [session.by for session in done.sessions] == [MEDIATOR]
    assert await harness.service.read(case.id, AS_SECRETARY, purpose=Purpose.SUPERVISION) == done


async def test_a_consent_bears_who_heard_it_and_when(harness: MediationHarness) -> None:
    case = await harness.case()

    case = await harness.take(case.id, steps.consenting(case.parties[1].id, ConsentMethod.PHONE))

    given = case.parties[1].consent
    assert given is not None
    assert (given.entered_by, given.at) == (MEDIATOR, harness.clock.now())
    assert case.parties[0].consent is None


async def test_who_reads_a_case_is_on_record_before_it_is_shown(
    harness: MediationHarness,
) -> None:
    case = await harness.case()
    first = harness.clock.now()
    await harness.service.read(case.id, AS_MEDIATOR, purpose=Purpose.HANDLING)
    harness.clock.move(timedelta(hours=1))
    story = await harness.service.story(case.id, AS_SECRETARY, purpose=Purpose.SUPERVISION)

    found = await harness.service.readings(case.id, AS_SECRETARY, cursor=None, limit=10)

    assert {(each.by, each.purpose, each.at) for each in found.items} == {
        (MEDIATOR, "handling", first),
        (SECRETARY, "supervision", harness.clock.now()),
    }
    assert [step.type.split(".")[2] for step in story] == ["registered", "mediators_appointed"]


async def test_a_case_whose_reading_cannot_be_put_on_record_is_not_shown() -> None:
    class Away(FakeReadings):
        async def add(self, reading: Reading) -> None:
            raise Unavailable("store.unavailable")

    harness = await mediation_harness_over(None)
    case = await harness.case()
    away = MediationHarness(harness.cases, harness.requests, Away(), harness.clock)

    with pytest.raises(Unavailable):
        await away.service.read(case.id, AS_MEDIATOR, purpose=Purpose.HANDLING)
    with pytest.raises(Unavailable):
        await away.service.story(case.id, AS_MEDIATOR, purpose=Purpose.HANDLING)


@pytest.mark.parametrize("outsider", OUTSIDERS)
async def test_a_case_is_not_there_for_anybody_else(
    harness: MediationHarness, outsider: str
) -> None:
    case, reader = await harness.case(), OUTSIDERS[outsider]

    for asking in (
        harness.service.read(case.id, reader, purpose=Purpose.HANDLING),
        harness.service.story(case.id, reader, purpose=Purpose.HANDLING),
        harness.service.readings(case.id, reader, cursor=None, limit=5),
        harness.service.change(case.id, reader, steps.flagging(urgent=True), seen=99),
    ):
        with pytest.raises(NotFound):
            await asking
    assert (await _page(harness, reader)).items == []
    read = await harness.service.readings(case.id, AS_SECRETARY, cursor=None, limit=5)
    assert read.items == []
    assert (await harness.cases.get(case.id)).version == case.version


async def _page(harness: MediationHarness, reader: MediationReader, **wanted: object) -> Page:  # type: ignore[type-arg]
    return await harness.service.page(
        reader,
        CaseFilter(**wanted),  # type: ignore[arg-type]
        cursor=None,
        limit=10,
    )


async def test_mediators_list_their_own_cases_and_the_secretary_all(
    harness: MediationHarness,
) -> None:
    mine = await harness.case()
    urgent = await harness.service.register(Dispute(SUBJECT, urgent=True), community=HERE[0])

    async def ids(reader: MediationReader, **wanted: object) -> list[str]:
        return [each.id for each in (await _page(harness, reader, **wanted)).items]

    assert await ids(AS_MEDIATOR) == [mine.id]
    assert await ids(AS_SECRETARY) == [urgent.id, mine.id]
    assert await ids(AS_SECRETARY, urgent=True) == [urgent.id]
    assert await ids(AS_SECRETARY, urgent=False) == [mine.id]
    assert await ids(AS_SECRETARY, state=MediationState.ACCEPTED) == []


async def test_who_mediates_no_more_reads_no_more(harness: MediationHarness) -> None:
    case = await harness.case()
    await harness.take(case.id, steps.appointing(("per_other",)), AS_SECRETARY)

    with pytest.raises(NotFound):
        await harness.service.read(case.id, AS_MEDIATOR, purpose=Purpose.HANDLING)


async def test_a_decision_on_an_old_version_is_refused_and_leaves_nothing_behind(
    harness: MediationHarness,
) -> None:
    case = await harness.case()

    with pytest.raises(Stale):
        await harness.service.change(
            case.id, AS_MEDIATOR, steps.flagging(urgent=True), seen=case.version - 1
        )
    assert await harness.cases.get(case.id) == case


async def test_what_is_refused_leaves_nothing_behind(harness: MediationHarness) -> None:
    case = await harness.case()

    for step, error in (
        (steps.accepting(), Conflict),
        (steps.beginning(), WrongState),
        (steps.consenting("pty_none", ConsentMethod.WRITTEN), Invalid),
        (steps.naming(PARTIES[:1]), Invalid),
        (steps.referring(Way.COURT, None), WrongState),
    ):
        with pytest.raises(error):
            await harness.take(case.id, step)
    assert await harness.cases.get(case.id) == case


async def test_a_party_that_does_not_want_it_ends_it_at_any_time(
    harness: MediationHarness,
) -> None:
    unwilling, tired = await harness.case(), await harness.case()
    await harness.accepted(tired.id)

    declined = await harness.take(
        unwilling.id, steps.declining(DeclineReason.NO_CONSENT, "李大爷不愿意")
    )
    withdrawn = await harness.take(tired.id, steps.withdrawing("不想谈了"))

    assert (declined.state, withdrawn.state) == (
        MediationState.DECLINED,
        MediationState.WITHDRAWN,
    )


async def test_the_day_by_which_it_is_to_be_performed_is_kept(harness: MediationHarness) -> None:
    case = await harness.case()
    await harness.accepted(case.id)
    await harness.take(case.id, steps.beginning())
    due_on = (harness.clock.now() + timedelta(days=30)).date()

    await harness.take(case.id, steps.agreeing(replace(TERMS, performance_due_on=due_on)))

    agreement = (await harness.cases.get(case.id)).agreement
    assert agreement is not None
    assert agreement.performance_due_on == due_on
