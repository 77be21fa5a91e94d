"""What is sent about a decision's publication, tasks and evaluation."""

from typing import Annotated

from pydantic import Field

from services.requests.api.intake_forms import AnswersBody
from services.requests.api.service_type_forms import Code
from services.requests.domain.decision import (
    PUBLICATION_DAYS_DEFAULT,
    PUBLICATION_DAYS_MAX,
    PUBLICATION_DAYS_MIN,
    SCORE_MAX,
    SCORE_MIN,
    TASKS_MAX,
)
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from services.requests.service.decision import TaskDraft
from shared.web import Body, View
from shared.web.forms import Ref

Score = Annotated[int, Field(ge=SCORE_MIN, le=SCORE_MAX)]


class PublicationBody(Body):
    """For how many days the decision is on public show."""

    days: Annotated[int, Field(ge=PUBLICATION_DAYS_MIN, le=PUBLICATION_DAYS_MAX)] = (
        PUBLICATION_DAYS_DEFAULT
    )


class TaskBody(Body):
    """What is to be done and where: it becomes a request of this service type.

    ``attributes``: the answers to the service type's own questions, by their codes.
    """

    service_code: Code
    estate_id: Ref
    dwelling_id: Ref | None = None
    description: Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX)]

    attributes: AnswersBody = Field(default_factory=dict)

    def draft(self) -> TaskDraft:
        """The same in the use case's words."""
        return TaskDraft(
            service_code=self.service_code,
            estate_id=self.estate_id,
            description=self.description,
            dwelling_id=self.dwelling_id,
            attributes=self.attributes,
        )


class TasksBody(Body):
    """The tasks of a decision."""

    tasks: Annotated[list[TaskBody], Field(min_length=1, max_length=TASKS_MAX)]


class MarkBody(Body):
    """What one makes of it, 1 to 5 (best)."""

    score: Score


class MarkView(View):
    """The caller's mark."""

    score: int
