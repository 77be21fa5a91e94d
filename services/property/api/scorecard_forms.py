"""The forms of scorecards, of the rules that they are counted by, and of their verification."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from services.property.domain.month import span_of
from services.property.domain.score_rules import (
    CRITERIA_MAX,
    Criterion,
    Measure,
    RuleSet,
    ScoreRules,
)
from services.property.domain.scorecard import (
    Fact,
    InputKind,
    LeftOut,
    Scorecard,
    ScorecardState,
)
from services.property.domain.seal import Fault, Finding
from services.property.service.scorecard import Drift, Share, Shown, Verified
from shared.web import Body, View

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$", max_length=7)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$", max_length=40)]
Whole = Annotated[int, Field(strict=True)]


class CriterionBody(Body):
    """What inspections look at."""

    key: Key
    points_max: Whole


class RuleSetBody(Body):
    """The whole of the next rules."""

    in_force_from: Month
    weights: Annotated[dict[Measure, Whole], Field(max_length=len(Measure))]
    satisfied_from: Whole = 4
    complaint_points: Whole = 100
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=CRITERIA_MAX)]
    signatures_min: Whole = 2
    evidence_below_percent: Whole = 60

    def rules(self) -> RuleSet:
        """In the words of the domain."""
        return RuleSet(
            number=0,
            in_force_from=self.in_force_from,
            weights=dict(self.weights),
            satisfied_from=self.satisfied_from,
            complaint_points=self.complaint_points,
            criteria=tuple(Criterion(each.key, each.points_max) for each in self.criteria),
            signatures_min=self.signatures_min,
            evidence_below_percent=self.evidence_below_percent,
        )


class CriterionView(View):
    """What inspections look at."""

    key: str
    points_max: int


class RuleSetView(View):
    """Rules, and from which month on they are in force."""

    number: int
    in_force_from: str
    weights: dict[Measure, int]
    satisfied_from: int
    complaint_points: int
    criteria: list[CriterionView]
    signatures_min: int
    evidence_below_percent: int
    published_at: datetime | None
    published_by: str | None

    @classmethod
    def of(cls, rules: RuleSet) -> "RuleSetView":
        """As the caller sees it."""
        told = {name: getattr(rules, name) for name in cls.model_fields if name != "criteria"}
        criteria = [CriterionView(key=e.key, points_max=e.points_max) for e in rules.criteria]
        return cls(**told, criteria=criteria)


class ScoreRulesView(View):
    """All rules that a community has published."""

    id: str
    community: str
    version: int
    published: list[RuleSetView]

    @classmethod
    def of(cls, rules: ScoreRules) -> "ScoreRulesView":
        """As the caller sees it."""
        return cls(
            id=rules.id,
            community=rules.community,
            version=rules.version,
            published=[RuleSetView.of(each) for each in rules.published],
        )


class SealView(View):
    """What a sealed scorecard is verified by."""

    sealed_at: datetime
    position: int
    inputs: int
    carried: int
    chain: str
    previous_seal: str
    seal: str


class ScorecardLineView(View):
    """A scorecard in a list; its figures are in it alone. The seal is null while it is open."""

    id: str
    community: str
    version: int
    contractor_id: str
    month: str
    edition: int
    corrects_id: str | None
    state: ScorecardState
    points: int | None
    seal: SealView | None

    @classmethod
    def of(cls, card: Scorecard) -> "ScorecardLineView":
        """As the caller sees it."""
        return cls(**_told(card))


class FigureView(View):
    """So many of so many, its weight by the rules, and where the records are that made it."""

    measure: Measure
    numerator: int
    denominator: int
    weight: int
    records: str


class LeftOutView(View):
    """A record that an upheld objection has taken out of a measure."""

    measure: Measure
    kind: InputKind
    record_id: str
    objection_id: str

    @classmethod
    def of(cls, gone: LeftOut) -> "LeftOutView":
        """As the caller sees it."""
        return cls(**{name: getattr(gone, name) for name in cls.model_fields})


class ScorecardView(ScorecardLineView):
    """A scorecard with its figures: of this moment while it is open, then the sealed ones. What is
    said after the seal of how work was done counts only if the month is counted again."""

    since: datetime
    until: datetime
    rules_number: int
    figures: list[FigureView]
    left_out: list[LeftOutView]

    @classmethod
    def shown(cls, shown: Shown, prefix: str) -> "ScorecardView":
        """As the caller sees it; ``prefix`` is where scorecards are."""
        card, span = shown.card, span_of(shown.card.month)
        return cls(
            **{**_told(card), "points": shown.points},
            since=span.since,
            until=span.until,
            rules_number=shown.rules.number,
            figures=[
                FigureView(
                    measure=measure,
                    numerator=figure.numerator,
                    denominator=figure.denominator,
                    weight=shown.rules.weights.get(measure, 0),
                    records=f"{prefix}/{card.id}/figures/{measure.value}/records",
                )
                for measure, figure in shown.figures.items()
            ],
            left_out=[LeftOutView.of(each) for each in card.left_out],
        )


class ShareView(View):
    """A record, what of it counts, and what it brings to the figure."""

    kind: InputKind
    record_id: str
    facts: dict[str, Fact]
    numerator: int
    denominator: int
    left_out_by: str | None

    @classmethod
    def of(cls, share: Share) -> "ShareView":
        """As the caller sees it."""
        return cls(
            kind=share.record.kind,
            record_id=share.record.id,
            facts=dict(share.record.facts),
            numerator=share.figure.numerator,
            denominator=share.figure.denominator,
            left_out_by=share.left_out_by,
        )


class SealFaultView(View):
    """What is not as it was sealed; of a record if it can be told of which."""

    fault: Fault
    kind: InputKind | None
    record_id: str | None

    @classmethod
    def of(cls, finding: Finding) -> "SealFaultView":
        """As the caller sees it."""
        return cls(fault=finding.fault, kind=finding.kind, record_id=finding.record_id)


class DriftView(View):
    """A record that is no more as it was sealed."""

    kind: InputKind
    record_id: str
    sealed: dict[str, Fact] | None
    now: dict[str, Fact] | None

    @classmethod
    def of(cls, drift: Drift) -> "DriftView":
        """As the caller sees it."""
        sealed = None if drift.sealed is None else dict(drift.sealed)
        now = None if drift.now is None else dict(drift.now)
        return cls(kind=drift.kind, record_id=drift.record_id, sealed=sealed, now=now)


class VerificationView(View):
    """Whether the seal holds, and whether the records are still what was sealed."""

    scorecard_id: str
    seal: str
    holds: bool
    unchanged: bool
    faults: dict[Fault, int]
    findings: list[SealFaultView]
    changed_count: int
    changed: list[DriftView]

    @classmethod
    def of(cls, verified: Verified) -> "VerificationView":
        """As the caller sees it."""
        return cls(
            scorecard_id=verified.card.id,
            seal=verified.sealing.seal,
            holds=not verified.faults,
            unchanged=not verified.drifted,
            faults=dict(verified.faults),
            findings=[SealFaultView.of(each) for each in verified.findings],
            changed_count=verified.drifted,
            changed=[DriftView.of(each) for each in verified.drifts],
        )


def _told(card: Scorecard) -> dict[str, Any]:
    names = set(ScorecardLineView.model_fields) - {"points", "seal"}
    sealing = card.sealing
    seal = sealing and SealView(
        sealed_at=sealing.at,
        position=card.position,
        inputs=sealing.inputs,
        carried=len(sealing.carried_ids),
        chain=sealing.chain,
        previous_seal=sealing.previous_seal,
        seal=sealing.seal,
    )
    told = {name: getattr(card, name) for name in names}
    return {**told, "points": sealing.points if sealing else None, "seal": seal}
