"""The scorecard (评分卡) of a contractor and a month, which nobody can bend.

Every figure is a numerator and a denominator over named records. While the month runs they are
counted from the records as they are; at its end each record's facts are sealed (``seal.py``) and
the figures with them. What is put right afterwards stands in a new edition beside the sealed one.

Work counts in the month in which it was due, whatever has become of it: work that is never done is
late, and cannot be kept out of the count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.property.domain.month import span_of
from services.property.domain.score_rules import WEIGHED, Measure, RuleSet
from shared.events import Event
from shared.events.property_supervision import ScorecardOpened, ScorecardSealed
from shared.transitions import step

FULL = 10_000
"""100 points, in hundredths of a point."""
LEFT_OUT_MAX = 500

Fact = str | int | bool | None


class InputKind(StrEnum):
    """Of what sort a counted record is."""

    WORK_ORDER = "work_order"
    PATROL = "patrol"
    INCIDENT = "incident"
    INSPECTION = "inspection"
    COMPLAINT = "complaint"
    RATING = "rating"


@dataclass(frozen=True, slots=True)
class Input:
    """What a record brings to a scorecard, as far as it is counted; no person is in it."""

    kind: InputKind
    id: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Figure:
    """So many of so many."""

    numerator: int = 0
    denominator: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that does not count in a measure, since an objection was upheld."""

    measure: Measure
    kind: InputKind
    record_id: str
    objection_id: str


Figures = Mapping[Measure, Figure]
MEASURES_OF: Mapping[InputKind, tuple[Measure, ...]] = {
    InputKind.WORK_ORDER: (
        Measure.ON_TIME,
        Measure.FIRST_TIME_FIX,
        Measure.REWORK,
        Measure.ACCEPTANCE,
        Measure.SATISFACTION,
    ),
    InputKind.PATROL: (Measure.PATROLS,),
    InputKind.INCIDENT: (
        Measure.INCIDENTS_1,
        Measure.INCIDENTS_2,
        Measure.INCIDENTS_3,
        Measure.INCIDENTS_4,
    ),
    InputKind.INSPECTION: (Measure.INSPECTIONS,),
    InputKind.COMPLAINT: (Measure.COMPLAINTS,),
    InputKind.RATING: (Measure.RATINGS,),
}
KIND_OF: Mapping[Measure, InputKind] = {
    measure: kind for kind, measures in MEASURES_OF.items() for measure in measures
}


class ScorecardState(StrEnum):
    """Whether it may still move."""

    OPEN = "open"
    SEALED = "sealed"


class ScorecardAction(StrEnum):
    """What moves it."""

    SEAL = "seal"


TRANSITIONS: Mapping[ScorecardState, Mapping[ScorecardAction, ScorecardState]] = {
    ScorecardState.OPEN: {ScorecardAction.SEAL: ScorecardState.SEALED},
    ScorecardState.SEALED: {},
}


@dataclass(frozen=True, slots=True)
class Sealing:
    """What was sealed: the figures, the rules they were counted by, and the chain that holds both.

    ``chain`` is the last link over the facts of ``inputs`` records, kept under ``inputs_id``;
    ``seal`` is over all of it and ``previous_seal``, the one at the ``position`` before.
    ``carried_ids``: work that was not due yet as the month ended, for the next one to count.
    """

    at: datetime
    rules: RuleSet
    figures: Figures
    points: int | None
    inputs_id: str
    inputs: int
    chain: str
    previous_seal: str
    seal: str
    carried_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One contractor's month in one community; ``edition`` 2 and above correct an earlier one.

    ``position`` counts the contractor's seals, 0 while it is open; ``alarm_at`` is when to seal.
    """

    id: str
    community: str
    version: int
    state: ScorecardState
    contractor_id: str
    month: str
    edition: int = 1
    position: int = 0
    corrects_id: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    sealing: Sealing | None = None
    alarm_at: datetime | None = None


Decided = tuple[Scorecard, list[Event]]


def open_card(community: str, contractor_id: str, month: str, *, id: str) -> Decided:  # noqa: A002
    """The scorecard of a month; it is sealed as soon as the month has ended."""
    card = Scorecard(
        id=id,
        community=community,
        version=0,
        state=ScorecardState.OPEN,
        contractor_id=contractor_id,
        month=month,
        alarm_at=span_of(month).until,
    )
    return card, [ScorecardOpened(scorecard_id=id, contractor_id=contractor_id, month=month)]


def seal(card: Scorecard, sealing: Sealing, *, position: int) -> Decided:
    """The scorecard as it stays for good. Errors: ``WrongState``."""
    state = step(TRANSITIONS, card.state, ScorecardAction.SEAL, noun="scorecard")
    after = replace(card, state=state, sealing=sealing, position=position, alarm_at=None)
    return after, [_sealed(after, sealing)]


def edition(
    card: Scorecard,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    number: int,
    left_out: LeftOut | None,
) -> Scorecard:
    """A further edition of a sealed scorecard, still to be sealed, in which something is left
    out."""
    more = () if left_out is None else (left_out,)
    return replace(
        card,
        id=id,
        version=0,
        state=ScorecardState.OPEN,
        edition=number,
        position=0,
        corrects_id=card.id,
        left_out=(*card.left_out, *more),
        sealing=None,
    )


def counted(record: Input, rules: RuleSet) -> dict[Measure, Figure]:
    """What one record brings to each measure that it counts in."""
    facts = record.facts
    if record.kind is InputKind.WORK_ORDER:
        return _work(facts, rules)
    if record.kind is InputKind.INCIDENT:
        severity = facts["severity"]
        return {
            measure: Figure(int(number == severity), 1)
            for number, measure in enumerate(MEASURES_OF[InputKind.INCIDENT], start=1)
        }
    (measure,) = MEASURES_OF[record.kind]
    return {measure: _figure(record.kind, facts)}


def figures_of(
    records: Iterable[Input], rules: RuleSet, left_out: Iterable[LeftOut] = ()
) -> dict[Measure, Figure]:
    """The definition of every figure: all that the records bring, but what is left out."""
    gone = {(each.measure, each.kind, each.record_id) for each in left_out}
    found = dict.fromkeys(Measure, Figure())
    for record in records:
        for measure, brought in counted(record, rules).items():
            if (measure, record.kind, record.id) not in gone:
                found[measure] = plus(found[measure], brought)
    return found


def plus(one: Figure, other: Figure) -> Figure:
    """Both together."""
    return Figure(one.numerator + other.numerator, one.denominator + other.denominator)


def points_of(figures: Figures, rules: RuleSet) -> int | None:
    """Hundredths of a point out of 100: the mean of what could be counted by its weights, less
    what upheld complaints take off; None if nothing with a weight could be counted."""
    weights = [(each, rules.weights.get(each, 0)) for each in WEIGHED]
    told = [(each, weight) for each, weight in weights if weight and figures[each].denominator]
    if not told:
        return None
    total = sum(share_of(each, figures[each]) * weight for each, weight in told)
    mean = total // sum(weight for _, weight in told)
    return max(0, mean - rules.complaint_points * figures[Measure.COMPLAINTS].numerator)


def share_of(measure: Measure, figure: Figure) -> int:
    """A counted figure out of ``FULL``; of rework the less the better, and one round on each order
    is the worst that counts."""
    share = min(FULL, FULL * figure.numerator // figure.denominator)
    return FULL - share if measure is Measure.REWORK else share


def _work(facts: Mapping[str, Fact], rules: RuleSet) -> dict[Measure, Figure]:
    """A work order that was due in the month.

    On time: first said to be done by then, of all; its clock stood still while it was paused.
    First-time fix: accepted without rework, of those that were judged. Rework: rounds of it, of
    those that were said to be done. Acceptance: of all but those on whose acceptance the judges
    themselves are still at work. Satisfaction: of those that were rated by then; what is said of
    work after its month was sealed counts if the month is counted again (``Remedy.RECOUNT``).
    """
    done_at, satisfaction = facts["done_at"], facts["satisfaction"]
    rounds = int(facts["times_sent_back"] or 0)
    accepted, waiting = facts["state"] == "accepted_work", facts["state"] == "completed"
    found = {Measure.ON_TIME: Figure(int(bool(facts["on_time"])), 1)}
    if accepted or rounds:
        found[Measure.FIRST_TIME_FIX] = Figure(int(not rounds), 1)
    if done_at is not None or rounds:
        found[Measure.REWORK] = Figure(rounds, 1)
    if not waiting:
        found[Measure.ACCEPTANCE] = Figure(int(accepted), 1)
    if isinstance(satisfaction, int):
        found[Measure.SATISFACTION] = Figure(int(satisfaction >= rules.satisfied_from), 1)
    return found


def _figure(kind: InputKind, facts: Mapping[str, Fact]) -> Figure:
    """A record that counts in one measure alone."""
    if kind is InputKind.PATROL:
        return Figure(int(facts["state"] == "done"), 1)
    if kind is InputKind.COMPLAINT:
        return Figure(int(facts["state"] == "upheld"), 1)
    if kind is InputKind.RATING:
        return Figure(int(facts["score"] or 0), 5)
    return Figure(int(facts["points"] or 0), int(facts["points_max"] or 0))


def _sealed(card: Scorecard, sealing: Sealing) -> ScorecardSealed:
    return ScorecardSealed(
        scorecard_id=card.id,
        contractor_id=card.contractor_id,
        month=card.month,
        edition=card.edition,
        position=card.position,
        seal=sealing.seal,
        previous_seal=sealing.previous_seal,
        inputs=sealing.inputs,
        points=sealing.points,
        corrects_id=card.corrects_id,
    )
