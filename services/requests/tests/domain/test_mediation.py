"""What may happen to a mediation, and what may not: pair by pair, and rule by rule."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.requests.domain import mediation_steps as steps
from services.requests.domain.mediation import (
    PARTIES_MAX,
    SESSIONS_MAX,
    SUBJECT_CHARACTERS_MAX,
    TRANSITIONS,
    AgreementForm,
    DeclineReason,
    MediationAction,
    MediationState,
    Party,
    Side,
    WithdrawalReason,
)
from services.requests.domain.mediation_reader import MediationReader, may_read
from services.requests.tests.mediation_samples import (
    ACT,
    CONFIDED,
    CONSENT,
    MEDIATOR,
    NOW,
    ORAL,
    PARTIES,
    SECRETARY,
    SESSION,
    SOON,
    consented,
    in_state,
    registered,
)
from shared.errors import Conflict, Invalid, TooMany
from shared.testing import refused_by_table

S, A = MediationState, MediationAction
HERE = ("hongmiao",)
OVER = NOW + timedelta(days=60)


@pytest.mark.parametrize(("state", "action"), list(itertools.product(S, A)))
def test_every_action_follows_the_table_or_is_refused(
    state: MediationState, action: MediationAction
) -> None:
    before = in_state(state)
    if action not in TRANSITIONS[state]:
        with refused_by_table("mediation", state, action):
            ACT[action](before)
        return
    if action is A.ACCEPT:
        before = consented()

    after, events = ACT[action](before)

    assert after.state is TRANSITIONS[state][action]
    assert [event.model_dump()["mediation_id"] for event in events] == ["med_1"]
    assert [event.model_dump()["request_id"] for event in events] == ["req_1"]


def test_every_state_has_a_row_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(S)
    assert {in_state(state).state for state in S} == set(S)


@pytest.mark.parametrize("state", S)
def test_no_event_tells_what_is_confided(state: MediationState) -> None:
    case = in_state(state)
    for action in TRANSITIONS[state]:
        told = "".join(event.model_dump_json() for event in ACT[action](case)[1])
        assert [word for word in CONFIDED if word in told] == []


@pytest.mark.parametrize(
    ("subject", "code"),
    [(" \n", "subject_blank"), ("长" * (SUBJECT_CHARACTERS_MAX + 1), "subject_too_long")],
)
def test_a_dispute_says_what_it_is_about_in_4000_characters(subject: str, code: str) -> None:
    with pytest.raises(Invalid, match=f"mediation.{code}"):
        steps.register(registered(subject=subject))
    assert steps.register(registered(subject="长" * SUBJECT_CHARACTERS_MAX))


@pytest.mark.parametrize(
    ("parties", "code"),
    [
        (PARTIES[:1], "mediation.parties"),
        ((PARTIES[0],) * (PARTIES_MAX + 1), "mediation.parties"),
        ((PARTIES[0], replace(PARTIES[0], id="pty_3", person_id=None)), "mediation.one_sided"),
        ((PARTIES[0], replace(PARTIES[1], person_id="per_wang")), "mediation.party_repeats"),
    ],
)
def test_parties_stand_on_two_sides_each_once(parties: tuple[Party, ...], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        steps.name_parties(registered(), parties=parties)
    with pytest.raises(Invalid, match=code):
        steps.register(registered(parties=parties))


@pytest.mark.parametrize("mediators", [(), ("per_a", "per_a"), tuple("abcdef")])
def test_one_to_five_mediate_each_once(mediators: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match=r"mediation\.mediators"):
        steps.appoint(registered(), mediator_ids=mediators)


def test_nobody_mediates_a_dispute_of_their_own() -> None:
    with pytest.raises(Conflict, match=r"mediation\.own_dispute"):
        steps.appoint(consented(), mediator_ids=("per_wang",))
    appointed, _ = steps.appoint(registered(), mediator_ids=("per_wang",))
    with pytest.raises(Conflict, match=r"mediation\.own_dispute"):
        steps.name_parties(appointed, parties=PARTIES)


def test_it_is_accepted_once_every_party_agrees_and_somebody_mediates() -> None:
    nobody = replace(consented(), mediator_ids=())
    unnamed, _ = steps.appoint(registered(), mediator_ids=(MEDIATOR,))
    unasked, _ = steps.name_parties(unnamed, parties=PARTIES)
    half, _ = steps.consent(unasked, party_id="pty_2", given=CONSENT)

    for case, code in (
        (nobody, "no_mediator"),
        (unnamed, "no_parties"),
        (unasked, "consent_lacking"),
        (half, "consent_lacking"),
    ):
        with pytest.raises(Conflict, match=f"mediation.{code}"):
            steps.accept(case, at=NOW)
    assert steps.accept(consented(), at=NOW)[0].accepted_at == NOW


def test_who_is_named_anew_is_asked_anew() -> None:
    named, _ = steps.name_parties(consented(), parties=PARTIES)

    with pytest.raises(Conflict, match=r"mediation\.consent_lacking"):
        steps.accept(named, at=NOW)


def test_nobody_who_is_no_party_consents_or_sits_in_a_session() -> None:
    with pytest.raises(Invalid, match=r"mediation\.party_unknown"):
        steps.consent(consented(), party_id="pty_9", given=CONSENT)
    stranger = replace(SESSION, party_ids=("pty_1", "pty_9"))
    with pytest.raises(Invalid, match=r"mediation\.party_unknown"):
        steps.meet(in_state(S.MEDIATING), session=stranger, at=SOON)


def test_the_term_ends_with_the_corresponding_day_of_the_next_month() -> None:
    case = in_state(S.ACCEPTED)

    # 4 May, half past four in the afternoon in Beijing; over at midnight after 4 June.
    assert case.term_ends_at == datetime(2026, 6, 4, 16, 0, tzinfo=UTC)


def test_past_the_term_nothing_is_agreed_until_all_parties_extend_it() -> None:
    case = in_state(S.MEDIATING)
    assert case.term_ends_at is not None
    late = case.term_ends_at

    with pytest.raises(Conflict, match=r"mediation\.term_over"):
        steps.meet(case, session=SESSION, at=late)
    with pytest.raises(Conflict, match=r"mediation\.term_over"):
        steps.agree(case, agreement=ORAL, at=late)
    with pytest.raises(Conflict, match=r"mediation\.consent_lacking"):
        steps.extend(case, consenting=("pty_1",), at=late)
    with pytest.raises(Invalid, match=r"mediation\.party_unknown"):
        steps.extend(case, consenting=("pty_1", "pty_2", "pty_9"), at=late)
    extended, _ = steps.extend(case, consenting=("pty_2", "pty_1"), at=late)

    assert extended.extended_times == 1
    assert steps.agree(extended, agreement=ORAL, at=late)[0].state is S.AGREED
    assert steps.fail(case)[0].state is S.FAILED
    assert steps.withdraw(case)[0].state is S.WITHDRAWN


def test_an_extension_adds_a_month_to_the_term_or_to_today_if_that_is_later() -> None:
    case = in_state(S.MEDIATING)

    early, _ = steps.extend(case, consenting=("pty_1", "pty_2"), at=SOON)
    late, _ = steps.extend(case, consenting=("pty_1", "pty_2"), at=OVER)

    assert early.term_ends_at == datetime(2026, 7, 4, 16, 0, tzinfo=UTC)
    assert late.term_ends_at == datetime(2026, 8, 3, 16, 0, tzinfo=UTC)


def test_a_session_is_kept_when_it_was_held_and_not_before() -> None:
    with pytest.raises(Invalid, match=r"mediation\.in_future"):
        steps.meet(in_state(S.MEDIATING), session=SESSION, at=SOON - timedelta(minutes=1))
    full = replace(in_state(S.MEDIATING), sessions=(SESSION,) * SESSIONS_MAX)
    with pytest.raises(TooMany, match=r"mediation\.sessions_full"):
        steps.meet(full, session=SESSION, at=SOON)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "agreement_blank"),
        ({"text": "长" * 10_001}, "agreement_too_long"),
        ({"form": AgreementForm.WRITTEN}, "not_signed"),
        ({"form": AgreementForm.WRITTEN, "signed_at": OVER}, "in_future"),
        ({"performance_due_on": date(2026, 5, 6)}, "due_in_past"),
    ],
)
def test_an_agreement_says_what_binds_whom_from_when(changes: dict[str, object], code: str) -> None:
    agreement = replace(ORAL, **changes)  # type: ignore[arg-type]

    with pytest.raises(Invalid, match=f"mediation.{code}"):
        steps.agree(in_state(S.MEDIATING), agreement=agreement, at=SOON)


def test_a_written_agreement_binds_from_its_signature_and_an_oral_one_from_its_making() -> None:
    signed_at = SOON - timedelta(hours=2)
    written = replace(
        ORAL,
        form=AgreementForm.WRITTEN,
        signed_at=signed_at,
        performance_due_on=date(2026, 5, 7),
    )

    agreed, (event,) = steps.agree(in_state(S.MEDIATING), agreement=written, at=SOON)

    assert (written.effective_at, ORAL.effective_at) == (signed_at, SOON)
    assert agreed.agreement == written
    assert event.model_dump()["form"] == "written"


def test_after_a_breach_the_talks_have_a_term_of_their_own_and_keep_what_was_agreed() -> None:
    resumed, _ = steps.resume(in_state(S.BREACHED), at=OVER)

    assert resumed.term_ends_at == datetime(2026, 8, 3, 16, 0, tzinfo=UTC)
    assert resumed.agreement == ORAL
    assert steps.agree(resumed, agreement=ORAL, at=OVER)[0].state is S.AGREED


@pytest.mark.parametrize("state", S)
def test_a_case_whose_request_went_away_ends_unless_something_was_agreed_or_it_ended(
    state: MediationState,
) -> None:
    followed = steps.overtaken(in_state(state))

    if state is S.REGISTERED:
        assert followed is not None
        assert followed[0].decline_reason is DeclineReason.REQUEST_ENDED
    elif state in (S.ACCEPTED, S.MEDIATING):
        assert followed is not None
        assert followed[0].withdrawal_reason is WithdrawalReason.REQUEST_ENDED
    else:
        assert followed is None


@pytest.mark.parametrize(
    ("reader", "allowed"),
    [
        (MediationReader(MEDIATOR, HERE, secretary=False), True),
        (MediationReader(SECRETARY, HERE, secretary=True), True),
        (MediationReader(MEDIATOR, ("elsewhere",), secretary=False), False),
        (MediationReader(SECRETARY, ("elsewhere",), secretary=True), False),
        (MediationReader("per_other_mediator", HERE, secretary=False), False),
        (MediationReader("per_wang", HERE, secretary=False), False),
        (MediationReader("per_wang", HERE, secretary=True), False),
    ],
)
def test_a_case_is_its_mediators_and_the_secretarys_and_no_partys(
    reader: MediationReader, allowed: bool
) -> None:
    assert may_read(reader, consented()) is allowed


def test_a_side_is_one_of_two() -> None:
    assert {party.side for party in PARTIES} == set(Side)
