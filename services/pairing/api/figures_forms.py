"""What is asked about figures of contributions, and how they are shown."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query

from services.pairing.api.encouragement_forms import (
    ExemplarView,
    PledgeProgressView,
    ThanksInWordsView,
)
from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.points import ContributionKind
from services.pairing.domain.tally import Dimension, Figures, Question, Row, dimensions, period
from services.pairing.service.handbook import Days, Handbook
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.tally import within
from shared.web import View
from shared.web.forms import Day, QueryId

DIMENSIONS_MAX = 3
_FIELDS = {
    Dimension.MONTH: "period",
    Dimension.QUARTER: "period",
    Dimension.YEAR: "period",
    Dimension.KIND: "kind",
    Dimension.MEMBER: "member_id",
    Dimension.BRANCH: "branch_id",
    Dimension.COMMUNITY: "community",
}


async def days_asked(first_on: Day | None = None, last_on: Day | None = None) -> Days:
    """The dependency that reads from which day to which one is asked about."""
    return Days(first_on, last_on)


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """Which figures are asked for; None: any."""

    by: tuple[Dimension, ...]
    branch_id: str | None
    member_id: str | None
    kind: ContributionKind | None

    def question(self, onlooker: Onlooker, days: Days, today: date) -> Question:
        """The same in the domain's words, within the onlooker's bounds."""
        return Question(
            period(*days.told(today)),
            onlooker.communities,
            dimensions(self.by),
            branch_id=within(onlooker, self.branch_id),
            member_id=self.member_id,
            kind=self.kind,
        )


async def statement_asked(
    by: Annotated[list[Dimension] | None, Query(max_length=DIMENSIONS_MAX)] = None,
    branch_id: QueryId = None,
    member_id: QueryId = None,
    kind: ContributionKind | None = None,
) -> StatementQuery:
    """The dependency that reads which figures are asked for."""
    return StatementQuery(tuple(by or ()), branch_id, member_id, kind)


class FiguresView(View):
    """Confirmed records: how many, of how many minutes, of how many fen, and their points."""

    records: int
    minutes: int
    amount_fen: int
    points: int

    @classmethod
    def of(cls, figures: Figures) -> "FiguresView":
        """The view of figures."""
        return cls.model_validate(figures, from_attributes=True)


class StatementView(View):
    """The figures of one value of each thing that they are told apart by; null: not by it."""

    period: str | None = None
    community: str | None = None
    branch_id: str | None = None
    member_id: str | None = None
    kind: ContributionKind | None = None
    figures: FiguresView

    @classmethod
    def of(cls, row: Row, by: tuple[Dimension, ...]) -> "StatementView":
        """The view of a row, whose key has a value for each of these."""
        told = {_FIELDS[each]: value for each, value in zip(by, row.key, strict=True)}
        return cls.model_validate({**told, "figures": FiguresView.of(row.figures)})


class KindFiguresView(View):
    """The figures of one kind."""

    kind: ContributionKind
    figures: FiguresView


class HandbookView(View):
    """What is confirmed of a member from ``first_on`` to ``last_on``, by kind and together.

    ``states``: how many records there are in each state, of any time. ``pledges``, ``exemplars``
    and ``thanks``: the newest 20 of each.
    """

    community: str
    member_id: str
    branch_id: str
    joined_on: date | None
    first_on: date
    last_on: date
    kinds: list[KindFiguresView]
    total: FiguresView
    states: dict[ContributionState, int]
    pledges: list[PledgeProgressView]
    exemplars: list[ExemplarView]
    thanks: list[ThanksInWordsView]

    @classmethod
    def of(cls, book: Handbook) -> "HandbookView":
        """The view of a handbook."""
        return cls(
            community=book.member.community,
            member_id=book.member.id,
            branch_id=book.member.branch_id,
            joined_on=book.member.joined_on,
            first_on=book.first_on,
            last_on=book.last_on,
            kinds=[
                KindFiguresView(kind=kind, figures=FiguresView.of(book.kinds[kind]))
                for kind in ContributionKind
                if kind in book.kinds
            ],
            total=FiguresView.of(book.total),
            states=dict(book.states),
            pledges=[PledgeProgressView.of_progress(each) for each in book.pledges],
            exemplars=[ExemplarView.of(each) for each in book.exemplars],
            thanks=[ThanksInWordsView.of(each) for each in book.thanks],
        )


class HandbookRecordView(View):
    """One confirmed record, as the handbook lists it."""

    done_on: date
    kind: ContributionKind
    minutes: int | None
    amount_fen: int | None
    points: int
    rule_version: int
    about: str | None
    confirmed_by: str
    contribution_id: str

    @classmethod
    def of(cls, record: Contribution) -> "HandbookRecordView":
        """The view of a confirmed record."""
        told = {
            name: getattr(record, name) for name in cls.model_fields if name != "contribution_id"
        }
        return cls(contribution_id=record.id, **told)
