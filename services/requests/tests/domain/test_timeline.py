"""Who did what when, for whom it is to be seen, in words of both languages."""

from datetime import UTC, datetime

import pytest

from services.requests.api.timeline import words
from services.requests.domain.assignment import HoldReason, RejectionReason, ReturnReason, Unit
from services.requests.domain.correction import CorrectionReason
from services.requests.domain.follow_up import Answer, Method
from services.requests.domain.handling import assign
from services.requests.domain.reader import Reader
from services.requests.domain.request import Channel, RequestState
from services.requests.domain.timeline import (
    LABELS,
    NUMBERS,
    PLAIN,
    TIMES,
    Step,
    Who,
    timeline,
)
from services.requests.tests.samples import NOW, RESIDENT, STAFF, in_state
from shared.envelope import Envelope
from shared.events import EVENT_TYPES, Event
from shared.events.requests import (
    RequestAccepted,
    RequestClosed,
    RequestFollowedUp,
    RequestSubmitted,
    RequestSupported,
    RequestUpdated,
)
from shared.testing import heard
from shared.texts import catalogue, placeholders

PREFIX = "requests.request."
HERE = ("hongmiao",)
OWNER = Reader(RESIDENT, HERE, reads_all=False, handles=False)
HANDLER = Reader(STAFF, HERE, reads_all=True, handles=True)
COMMITTEE = Reader("per_committee", HERE, reads_all=True, handles=False)


def _submission() -> RequestSubmitted:
    return RequestSubmitted(
        request_id="req_1",
        number="HM-2026-0000001",
        channel="web",
        service_code="noise",
        requester_id=RESIDENT,
        estate_id="est_1",
        dwelling_id=None,
        visibility="public",
    )


def _story(*events: tuple[Event, str]) -> list[Envelope]:
    return [
        heard(event, "req_1", actor=actor, sequence=n + 1)
        for n, (event, actor) in enumerate([(_submission(), RESIDENT), *events])
    ]


@pytest.mark.parametrize("kind", sorted(t for t in EVENT_TYPES if t.startswith(PREFIX)))
def test_every_event_of_a_request_has_its_sentence_and_gives_what_it_asks_for(kind: str) -> None:
    sentence = catalogue()[f"timeline.{kind.split('.')[2]}"]["zh"]
    given = set(EVENT_TYPES[kind].model_fields) & {*LABELS, *TIMES, *NUMBERS, *PLAIN}

    assert placeholders(sentence) <= given | {"who"}


def test_every_sentence_belongs_to_an_event() -> None:
    told = {kind.split(".")[2] for kind in EVENT_TYPES if kind.startswith(PREFIX)}

    assert {code[9:] for code in catalogue() if code.startswith("timeline.")} == told


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("unit", Unit),
        ("channel", Channel),
        ("solved", Answer),
        ("method", Method),
        ("who", Who),
        ("reason", [*RejectionReason, *ReturnReason, *HoldReason, *CorrectionReason]),
        ("reason", ["no_household", "no_consent", "no_helper", "declined", "work_cancelled"]),
        ("reason", ["mediation_declined", "reopened", "overdue"]),
    ],
)
def test_every_code_that_may_be_told_has_its_word(family: str, codes: list[str]) -> None:
    assert [each for each in codes if f"label.{family}.{each}" not in catalogue()] == []


def test_a_step_reads_in_the_readers_language_with_the_time_of_beijing() -> None:
    _, (given,) = assign(in_state(RequestState.ACCEPTED), unit=Unit.STAFF, at=NOW)
    (_, step) = timeline(_story((given, STAFF)), OWNER)

    assert words(step, "zh").startswith("办理人员派单给社区工作人员")
    assert words(step, "en").startswith("A handler gave it to community staff, to be done by 2026-")
    assert "Z" not in words(step, "zh")


def test_times_are_those_of_beijing() -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert "2027-01-01 00:30" in words(
        Step(
            at=late,
            sequence=1,
            code="held",
            who=Who.HANDLER,
            actor=None,
            labels={},
            times={"until": late},
            plain={},
        ),
        "zh",
    )


def _update(audience: str) -> RequestUpdated:
    return RequestUpdated.model_validate(
        {"request_id": "req_1", "update_id": "upd_1", "audience": audience, "by": STAFF}
    )


@pytest.mark.parametrize(
    ("reader", "audiences"),
    [
        (OWNER, ["public", "requester"]),
        (HANDLER, ["public", "requester", "internal"]),
        (COMMITTEE, ["public"]),
    ],
)
def test_what_is_written_shows_only_to_whom_it_is_written(
    reader: Reader, audiences: list[str]
) -> None:
    every = ("public", "requester", "internal")
    story = _story(*((_update(each), STAFF) for each in every))

    shown = [step.sequence - 2 for step in timeline(story, reader)[1:]]

    assert [every[n] for n in shown] == audiences


def test_who_supports_a_request_is_told_to_handlers_alone() -> None:
    support = RequestSupported(request_id="req_1", person_id="per_n", count=1)
    story = _story((support, "per_n"))

    assert timeline(story, OWNER)[1].actor is None
    assert timeline(story, OWNER)[1].who is Who.NEIGHBOUR
    assert timeline(story, HANDLER)[1].actor == "per_n"


@pytest.mark.parametrize("actor", [RESIDENT, "anyone:intake"])
def test_whoever_asks_is_the_requester_and_what_follows_by_itself_is_the_systems(
    actor: str,
) -> None:
    accepted = RequestAccepted(request_id="req_1")
    _, (given,) = assign(in_state(RequestState.ACCEPTED), unit=Unit.PROPERTY, at=NOW)
    steps = [(_submission(), actor), (accepted, actor), (given, actor), (accepted, STAFF)]
    story = [heard(event, "req_1", actor=by, sequence=n) for n, (event, by) in enumerate(steps, 1)]

    who = [step.who for step in timeline(story, OWNER)]

    assert who == [Who.REQUESTER, Who.SYSTEM, Who.SYSTEM, Who.HANDLER]


def test_who_rates_by_a_link_without_an_account_is_the_requester() -> None:
    said = RequestFollowedUp(request_id="req_1", resolved="yes", satisfaction=5, by="anyone:link")
    story = _story((said, "anyone:link"))

    assert timeline(story, OWNER)[1].who is Who.REQUESTER


def test_what_the_clock_does_is_the_systems() -> None:
    story = _story((RequestClosed(request_id="req_1"), "system"))

    assert timeline(story, OWNER)[1].who is Who.SYSTEM
