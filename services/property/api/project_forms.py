"""What is sent about improvement projects, and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.property.api.allotment_forms import Title
from services.property.api.forms import Reason, Text
from services.property.domain.photo import PHOTOS_MAX
from services.property.domain.project import BUDGET_MAX_FEN, Project, ProjectState
from services.property.service.project import Entry, ProjectDraft
from shared.web import Body, View
from shared.web.forms import Ref

Fen = Annotated[int, Field(strict=True, ge=1, le=BUDGET_MAX_FEN)]
PhotoIds = Annotated[tuple[Ref, ...], Field(max_length=PHOTOS_MAX)]


class ImprovementBody(Body):
    """What could be made better on an estate, and for how much at most."""

    estate_id: Ref
    title: Title
    about: Text
    budget_fen: Fen
    photos_before: PhotoIds = ()

    def draft(self) -> ProjectDraft:
        """In the words of the use case."""
        return ProjectDraft(**self.model_dump())


class ProjectCompletionBody(Body):
    """How it looks now."""

    photos_after: PhotoIds


class ProjectBudgetBody(Body):
    """How much a project may cost from now on, and why."""

    budget_fen: Fen
    reason: Reason

    def entry(self, by: str) -> Entry:
        """In the words of the use case."""
        return Entry(self.budget_fen, self.reason, by)


class ProjectExpenseBody(Body):
    """Money that was spent on a project, and on what."""

    sum_fen: Fen
    about: Reason

    def entry(self, by: str) -> Entry:
        """In the words of the use case."""
        return Entry(self.sum_fen, self.about, by)


class BudgetChangeView(View):
    """A change of the budget, and why."""

    at: datetime
    by: str
    before_fen: int
    after_fen: int
    reason: str


class ExpenseView(View):
    """Money that was spent, and on what."""

    at: datetime
    by: str
    sum_fen: int
    about: str


class ImprovementView(View):
    """A project with all that it cost."""

    id: str
    community: str
    version: int
    state: ProjectState
    estate_id: str
    title: str
    about: str
    budget_fen: int
    spent_fen: int
    proposed_by: str
    proposed_at: datetime
    photos_before: list[str]
    photos_after: list[str]
    budget_changes: list[BudgetChangeView]
    expenses: list[ExpenseView]
    reason: str | None

    @classmethod
    def of(cls, project: Project) -> "ImprovementView":
        """As the caller sees it."""
        return cls.model_validate(project, from_attributes=True)
