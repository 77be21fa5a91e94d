"""What is told of contributions and shown of them."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from services.pairing.domain.care_task import MINUTES_MAX
from services.pairing.domain.contribution import (
    Contribution,
    ContributionState,
    ReturnReason,
)
from services.pairing.domain.deed import (
    ABOUT_CHARACTERS_MAX,
    AMOUNT_FEN_MAX,
    EVIDENCE_MAX,
    Correction,
    Deed,
)
from services.pairing.domain.points import ContributionKind
from services.pairing.service.contribution import CONFIRMED_AT_ONCE_MAX, Target
from services.pairing.service.onlooker import Onlooker
from shared.bulk import Outcome
from shared.days import start_of
from shared.texts import Lang
from shared.web import Body, View
from shared.web.bulk import FaultView, faults_of
from shared.web.forms import Day, Note, Ref

Minutes = Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)]
Fen = Annotated[int, Field(strict=True, ge=1, le=AMOUNT_FEN_MAX)]
About = Annotated[str, StringConstraints(min_length=1, max_length=ABOUT_CHARACTERS_MAX)]
Evidence = Annotated[tuple[Ref, ...], Field(max_length=EVIDENCE_MAX)]


class ReportBody(Body):
    """What a member did: minutes for acts of time, fen for acts of money.

    ``member_id`` only for whoever tells it for somebody; ``community`` for callers of several.
    """

    kind: ContributionKind
    done_on: Day
    minutes: Minutes | None = None
    amount_fen: Fen | None = None
    about: About | None = None
    evidence_ids: Evidence = ()
    member_id: Ref | None = None
    community: Ref | None = None

    def deed(self) -> Deed:
        """The same in the domain's words."""
        return Deed(
            kind=self.kind,
            done_at=start_of(self.done_on),
            minutes=self.minutes,
            amount_fen=self.amount_fen,
            about=self.about,
            evidence_ids=self.evidence_ids,
        )


class SubmissionBody(Body):
    """Nothing, or what should be different."""

    done_on: Day | None = None
    minutes: Minutes | None = None
    amount_fen: Fen | None = None
    about: About | None = None
    evidence_ids: Evidence | None = None

    def correction(self) -> Correction:
        """The same in the domain's words."""
        return Correction(
            self.done_on, self.minutes, self.amount_fen, self.about, self.evidence_ids
        )


class ReturnBody(Body):
    """Why, and what the member should know besides."""

    reason: ReturnReason
    note: Note | None = None


class ConfirmationBody(Body):
    """One record, at the version that was looked at if that is to be the one."""

    contribution_id: Ref
    version: Annotated[int, Field(strict=True, ge=1)] | None = None


class ConfirmationsBody(Body):
    """Records to be confirmed, each named once."""

    items: Annotated[
        tuple[ConfirmationBody, ...], Field(min_length=1, max_length=CONFIRMED_AT_ONCE_MAX)
    ]

    def targets(self, onlooker: Onlooker) -> list[Target]:
        """The same for the use case."""
        return [Target(each.contribution_id, onlooker, each.version) for each in self.items]


class ConfirmationOutcome(StrEnum):
    """What became of one of them."""

    CONFIRMED = "confirmed"
    KNOWN = "known"
    """It was confirmed before."""
    REFUSED = "refused"


class ConfirmationView(View):
    """The outcome of one."""

    contribution_id: str
    outcome: ConfirmationOutcome
    points: int | None
    errors: tuple[FaultView, ...]

    @classmethod
    def of(cls, outcome: Outcome[Contribution], lang: Lang) -> "ConfirmationView":
        """The view of an outcome."""
        record = outcome.thing
        kind = ConfirmationOutcome.KNOWN if outcome.known else ConfirmationOutcome.CONFIRMED
        return cls(
            contribution_id=outcome.external_ref or "",
            outcome=ConfirmationOutcome.REFUSED if record is None else kind,
            points=None if record is None else record.points,
            errors=faults_of(outcome, lang),
        )


class ConfirmationsView(View):
    """The outcomes, in the order in which the records were named."""

    outcomes: list[ConfirmationView]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome[Contribution]], lang: Lang) -> "ConfirmationsView":
        """The view of all of them."""
        return cls(outcomes=[ConfirmationView.of(each, lang) for each in outcomes])


class QuestionView(View):
    """Why somebody wants a confirmed record revoked, and who agreed."""

    by: str
    at: datetime
    reason: ReturnReason
    revoked_by: str | None
    revoked_at: datetime | None


class QuestionInWordsView(QuestionView):
    """The same, with what was written."""

    note: str | None


class ContributionView(View):
    """A record after a change, without what people wrote: what is answered is kept, and that is
    sealed."""

    id: str
    community: str
    version: int
    state: ContributionState
    member_id: str
    branch_id: str
    kind: ContributionKind
    done_on: date
    done_at: datetime
    minutes: int | None
    amount_fen: int | None
    evidence_ids: tuple[str, ...]
    care_task_id: str | None
    visit_id: str | None
    activity_id: str | None
    told_by: str | None
    return_reason: ReturnReason | None
    points: int | None
    rule_version: int | None
    confirmed_by: str | None
    confirmed_at: datetime | None
    question: QuestionView | None

    @classmethod
    def of(cls, contribution: Contribution) -> "ContributionView":
        """The view of a record."""
        return cls.model_validate(contribution, from_attributes=True)


class ContributionInWordsView(ContributionView):
    """A record of what a member did."""

    about: str | None
    return_note: str | None
    question: QuestionInWordsView | None

    @classmethod
    def of(cls, contribution: Contribution) -> "ContributionInWordsView":
        """The view of a record."""
        return cls.model_validate(contribution, from_attributes=True)
