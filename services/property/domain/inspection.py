"""An inspection (监督检查): a round over an estate with criteria and evidence, signed by several.

Whoever signs, signs all that is in it: a change takes every signature off again. What as many have
signed as the rules ask for counts, and changes no more.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.property.domain.score_rules import Criterion, RuleSet
from services.property.domain.work_scope import WorkScope, scope_of_criterion
from shared.errors import Conflict, Invalid, NotAllowed
from shared.events import Event
from shared.events.property_supervision import (
    InspectionCancelled,
    InspectionCompleted,
    InspectionItem,
    InspectionScored,
    InspectionSigned,
    InspectionStarted,
    InspectionUnsigned,
)
from shared.transitions import step

INSPECTORS_MAX = 20
PHOTOS_MAX = 5
SEVERITY = 3
"""Of what is to be put right where nobody says otherwise."""


class InspectionState(StrEnum):
    """Where the round stands."""

    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class InspectionAction(StrEnum):
    """What moves it."""

    SCORE = "score"
    SIGN = "sign"
    COMPLETE = "complete"
    CANCEL = "cancel"


TRANSITIONS: Mapping[InspectionState, Mapping[InspectionAction, InspectionState]] = {
    InspectionState.UNDER_WAY: {
        InspectionAction.SCORE: InspectionState.UNDER_WAY,
        InspectionAction.SIGN: InspectionState.UNDER_WAY,
        InspectionAction.COMPLETE: InspectionState.COMPLETED,
        InspectionAction.CANCEL: InspectionState.CANCELLED,
    },
    InspectionState.COMPLETED: {},
    InspectionState.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class ActionItem:
    """What the contractor has to do about it, and until which day.

    ``scope``: which part of the contract it is, that of the criterion if none is named;
    ``severity`` from 1, danger to life, to 4, least.
    """

    text: str
    due_on: date
    scope: WorkScope | None = None
    severity: int = SEVERITY


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one criterion was found, with photos as evidence and what is to be done."""

    criterion: str
    points: int
    note: str | None = None
    photo_ids: tuple[str, ...] = ()
    action: ActionItem | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed what: ``digest`` is that of the verdicts as they were."""

    by: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """One round; criteria and what they ask for are those in force when it began."""

    id: str
    community: str
    version: int
    state: InspectionState
    estate_id: str
    contractor_id: str
    rules_number: int
    criteria: tuple[Criterion, ...]
    signatures_min: int
    evidence_below_percent: int
    inspector_ids: tuple[str, ...]
    started_at: datetime
    verdicts: tuple[Verdict, ...] = ()
    signatures: tuple[Signature, ...] = ()
    completed_at: datetime | None = None
    points: int = 0
    points_max: int = 0
    cancellation_reason: str | None = None

    @property
    def photo_ids(self) -> tuple[str, ...]:
        """The photos of all that was found."""
        return tuple(photo_id for each in self.verdicts for photo_id in each.photo_ids)


@dataclass(frozen=True, slots=True)
class Round:
    """Which estate is looked at, whose it is to look after, and by whom."""

    community: str
    estate_id: str
    contractor_id: str
    inspector_ids: tuple[str, ...]


Decided = tuple[Inspection, list[Event]]


def start(
    about: Round,
    rules: RuleSet,
    *,
    id: str,  # noqa: A002  the aggregate's own word
    at: datetime,
) -> Decided:
    """A round begins. ``Invalid`` if fewer inspect than have to sign, or one is named twice."""
    people = about.inspector_ids
    least, most = rules.signatures_min, INSPECTORS_MAX
    if not least <= len(people) <= most:
        raise Invalid("inspection.inspectors", pointer="/inspector_ids", least=least, most=most)
    if len(set(people)) < len(people):
        raise Invalid("inspection.inspector_twice", pointer="/inspector_ids")
    made = Inspection(
        id=id,
        community=about.community,
        version=0,
        state=InspectionState.UNDER_WAY,
        estate_id=about.estate_id,
        contractor_id=about.contractor_id,
        rules_number=rules.number,
        criteria=rules.criteria,
        signatures_min=rules.signatures_min,
        evidence_below_percent=rules.evidence_below_percent,
        inspector_ids=people,
        started_at=at,
    )
    return made, [InspectionStarted(**_ids(made))]


def judge(inspection: Inspection, verdict: Verdict, *, by: str) -> Decided:
    """Judge a criterion, or judge it anew: whoever signed before has to sign again.

    Errors: ``WrongState``; ``NotAllowed`` for who does not inspect; ``Invalid`` for a criterion
    that is none, more points than it has, or few points without a photo.
    """
    step(TRANSITIONS, inspection.state, InspectionAction.SCORE, noun="inspection")
    _check_inspector(inspection, by)
    _check(inspection, verdict)
    others = [each for each in inspection.verdicts if each.criterion != verdict.criterion]
    order = [each.key for each in inspection.criteria]
    found = sorted((*others, verdict), key=lambda each: order.index(each.criterion))
    events: list[Event] = [InspectionScored(**_ids(inspection), criterion=verdict.criterion)]
    if inspection.signatures:
        events.append(InspectionUnsigned(**_ids(inspection)))
    return replace(inspection, verdicts=tuple(found), signatures=()), events


def sign(inspection: Inspection, *, by: str, at: datetime) -> Decided:
    """An inspector signs; the last signature that is needed completes it.

    Errors: ``WrongState``; ``NotAllowed`` for who does not inspect; ``Conflict`` while criteria are
    not judged, or for who has signed.
    """
    step(TRANSITIONS, inspection.state, InspectionAction.SIGN, noun="inspection")
    _check_inspector(inspection, by)
    if len(inspection.verdicts) < len(inspection.criteria):
        left = len(inspection.criteria) - len(inspection.verdicts)
        raise Conflict("inspection.not_judged", left=left)
    if any(each.by == by for each in inspection.signatures):
        raise Conflict("inspection.signed_before")
    signed = (*inspection.signatures, Signature(by, at, digest_of(inspection)))
    after = replace(inspection, signatures=signed)
    events: list[Event] = [InspectionSigned(**_ids(after), signatures=len(signed))]
    if len(signed) < inspection.signatures_min:
        return after, events
    whole = _completed(after, at=at)
    return whole, [*events, _told(whole)]


def cancel(inspection: Inspection, *, reason: str, by: str) -> Decided:
    """Break the round off. ``WrongState``; ``NotAllowed`` for who does not inspect."""
    state = step(TRANSITIONS, inspection.state, InspectionAction.CANCEL, noun="inspection")
    _check_inspector(inspection, by)
    after = replace(inspection, state=state, cancellation_reason=reason)
    return after, [InspectionCancelled(**_ids(inspection))]


def digest_of(inspection: Inspection) -> str:
    """SHA-256 over all that was found: what a signature is under."""
    told = [
        [
            each.criterion,
            each.points,
            each.note,
            list(each.photo_ids),
            _written(each.action),
        ]
        for each in inspection.verdicts
    ]
    text = json.dumps([inspection.id, told], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _completed(inspection: Inspection, *, at: datetime) -> Inspection:
    state = step(TRANSITIONS, inspection.state, InspectionAction.COMPLETE, noun="inspection")
    return replace(
        inspection,
        state=state,
        completed_at=at,
        points=sum(each.points for each in inspection.verdicts),
        points_max=sum(each.points_max for each in inspection.criteria),
    )


def _check_inspector(inspection: Inspection, by: str) -> None:
    if by not in inspection.inspector_ids:
        raise NotAllowed("inspection.not_an_inspector")


def _check(inspection: Inspection, verdict: Verdict) -> None:
    most = {each.key: each.points_max for each in inspection.criteria}.get(verdict.criterion)
    if most is None:
        raise Invalid("inspection.criterion_unknown", pointer="/criterion")
    if not 0 <= verdict.points <= most:
        raise Invalid("inspection.points", pointer="/points", least=0, most=most)
    if _poor(inspection, verdict) and not verdict.photo_ids:
        least = inspection.evidence_below_percent
        raise Invalid("inspection.no_evidence", pointer="/photo_ids", percent=least)


def _told(inspection: Inspection) -> InspectionCompleted:
    return InspectionCompleted(
        **_ids(inspection),
        points=inspection.points,
        points_max=inspection.points_max,
        actions=sum(each.action is not None for each in inspection.verdicts),
        items=tuple(
            _item(each) for each in inspection.verdicts if each.action or _poor(inspection, each)
        ),
    )


def _item(verdict: Verdict) -> InspectionItem:
    """Work: what is to be done about a criterion, or that it was found so poor."""
    action, key = verdict.action, verdict.criterion
    scope = (action and action.scope) or scope_of_criterion(key)
    severity = SEVERITY if action is None else action.severity
    return InspectionItem(criterion=key, scope=scope.value, severity=severity)


def _poor(inspection: Inspection, verdict: Verdict) -> bool:
    """Whether it has so few of its points that it failed."""
    most = next(each.points_max for each in inspection.criteria if each.key == verdict.criterion)
    return 100 * verdict.points < inspection.evidence_below_percent * most


def _written(action: ActionItem | None) -> list[str | int] | None:
    if action is None:
        return None
    scope = action.scope or ""
    return [action.text, action.due_on.isoformat(), scope, action.severity]


def _ids(inspection: Inspection) -> dict[str, str]:
    return {
        "inspection_id": inspection.id,
        "estate_id": inspection.estate_id,
        "contractor_id": inspection.contractor_id,
    }
