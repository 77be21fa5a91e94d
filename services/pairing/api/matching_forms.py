"""What is sent about matchings, and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.pairing.api.matching_words import in_words, why_nobody
from services.pairing.domain.matching import (
    NUMBERS_MAX,
    Figures,
    Matching,
    MatchingCause,
    MatchingState,
    Tally,
)
from services.pairing.domain.matching_cost import for_helpers
from services.pairing.domain.matching_item import ItemKind, ItemState, MatchingItem
from services.pairing.domain.matching_plan import UnmatchedReason
from services.pairing.domain.pairing import PairingMode
from services.pairing.domain.standin import StandIn, StandInEnd, StandInState
from shared.texts import Lang
from shared.web import Body, View
from shared.web.forms import Ref


class MatchingBody(Body):
    """A matching to be worked out: in which modes pairings may be proposed, all if not told."""

    modes: Annotated[tuple[PairingMode, ...], Field(min_length=1, max_length=3)] = tuple(
        PairingMode
    )
    community: Ref | None = None


class DecisionBody(Body):
    """Which items, by number; without them all that are open."""

    items: (
        Annotated[
            tuple[Annotated[int, Field(strict=True, ge=1)], ...],
            Field(min_length=1, max_length=NUMBERS_MAX),
        ]
        | None
    ) = None


class FiguresView(View):
    """What came of working it out."""

    pairs: int
    releases: int
    stand_ins: int
    unmatched: int
    kept: int
    proven: bool
    rules_version: int
    seconds: float
    solver_seconds: float

    @classmethod
    def of(cls, figures: Figures) -> "FiguresView":
        """The view of figures."""
        return cls.model_validate(figures, from_attributes=True)


class TallyView(View):
    """How many items were decided in which way."""

    open: int
    accepted: int
    declined: int
    failed: int

    @classmethod
    def of(cls, tally: Tally) -> "TallyView":
        """The view of a tally."""
        return cls.model_validate(tally, from_attributes=True)


class MatchingView(View):
    """A matching; what it proposes stands in its items."""

    id: str
    community: str
    version: int
    state: MatchingState
    cause: MatchingCause
    modes: tuple[PairingMode, ...]
    asked_by: str | None
    asked_at: datetime
    worked_out_at: datetime | None
    figures: FiguresView | None
    tally: TallyView
    being_carried_out: bool
    superseded_by: str | None

    @classmethod
    def of(cls, matching: Matching) -> "MatchingView":
        """The view of a matching."""
        return cls(
            id=matching.id,
            community=matching.community,
            version=matching.version,
            state=matching.state,
            cause=matching.cause,
            modes=matching.modes,
            asked_by=matching.asked_by,
            asked_at=matching.asked_at,
            worked_out_at=matching.worked_out_at,
            figures=None if matching.figures is None else FiguresView.of(matching.figures),
            tally=TallyView.of(matching.tally),
            being_carried_out=bool(matching.rest),
            superseded_by=matching.superseded_by,
        )


class MatchingItemView(View):
    """One item, with what speaks for it and against it in the reader's words."""

    number: int
    kind: ItemKind
    state: ItemState
    household_id: str
    helper_id: str | None
    branch_id: str | None
    points: int | None
    reasons: list[str]
    reasons_text: list[str]
    metres: int | None
    bundle: int | None
    for_member_id: str | None
    until: datetime | None
    missing: int | None
    unmatched_reason: UnmatchedReason | None
    pairing_id: str | None
    fault: str | None

    @classmethod
    def of(cls, item: MatchingItem, lang: Lang) -> "MatchingItemView":
        """The view of an item."""
        told = in_words(item.reasons, item.metres, lang)
        if item.unmatched_reason is not None:
            told = [why_nobody(item.unmatched_reason, lang)]
        return cls(
            number=item.number,
            kind=item.kind,
            state=item.state,
            household_id=item.household_id,
            helper_id=item.helper_id,
            branch_id=item.branch_id,
            points=item.points,
            reasons=[reason.value for reason in item.reasons],
            reasons_text=told,
            metres=item.metres,
            bundle=item.bundle,
            for_member_id=item.for_member_id,
            until=item.until,
            missing=item.missing,
            unmatched_reason=item.unmatched_reason,
            pairing_id=item.pairing_id,
            fault=item.fault,
        )


class MatchView(View):
    """What was accepted for a helper, as the helper may see it: nothing of what a household needs,
    and nothing that speaks against."""

    matching_id: str
    kind: ItemKind
    household_id: str
    reasons: list[str]
    reasons_text: list[str]
    metres: int | None
    for_member_id: str | None
    until: datetime | None
    pairing_id: str | None

    @classmethod
    def of(cls, item: MatchingItem, lang: Lang) -> "MatchView":
        """The view of an item."""
        reasons = for_helpers(item.reasons)
        return cls(
            matching_id=item.matching_id,
            kind=item.kind,
            household_id=item.household_id,
            reasons=[reason.value for reason in reasons],
            reasons_text=in_words(reasons, item.metres, lang),
            metres=item.metres,
            for_member_id=item.for_member_id,
            until=item.until,
            pairing_id=item.pairing_id,
        )


class StandInView(View):
    """Who stands in for whom, and from when until when."""

    id: str
    community: str
    version: int
    state: StandInState
    household_id: str
    member_id: str
    for_member_id: str
    since: datetime
    until: datetime | None
    end_reason: StandInEnd | None

    @classmethod
    def of(cls, stand_in: StandIn) -> "StandInView":
        """The view of a stand-in."""
        return cls.model_validate(stand_in, from_attributes=True)
