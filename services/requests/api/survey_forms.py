"""What is sent about surveys and what is shown of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.requests.domain.attribute import TEXT_CHARACTERS_MAX, Datatype
from services.requests.domain.survey import (
    BUILDINGS_MAX,
    FINDINGS_MAX,
    OPTIONS_MAX,
    QUESTIONS_MAX,
    Finding,
    OnePer,
    Option,
    Plan,
    Project,
    Question,
    Supply,
    Survey,
    SurveyState,
)
from services.requests.service.survey import Lists
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Refs = Annotated[tuple[Key, ...], Field(max_length=FINDINGS_MAX)]


class OptionBody(Body):
    """One of the answers that may be chosen."""

    key: Key
    text: Line


class QuestionBody(Body):
    """One question; ``options`` where one or several of them are to be chosen."""

    code: Key
    datatype: Datatype
    text: Line
    required: bool = False
    options: Annotated[tuple[OptionBody, ...], Field(max_length=OPTIONS_MAX)] = ()

    def question(self) -> Question:
        """The same in the domain's words."""
        options = tuple(Option(each.key, each.text) for each in self.options)
        return Question(self.code, self.datatype, self.text, self.required, options)


class PlanBody(Body):
    """All of a survey that is written before it is published; ``building_ids``: none, for all.

    Online it may be answered from ``opens_at`` until before ``closes_at``.
    """

    title: Line
    introduction: Text = ""
    one_per: OnePer
    questions: Annotated[tuple[QuestionBody, ...], Field(min_length=1, max_length=QUESTIONS_MAX)]
    opens_at: Moment
    closes_at: Moment
    building_ids: Annotated[tuple[Ref, ...], Field(max_length=BUILDINGS_MAX)] = ()

    def plan(self) -> Plan:
        """The same in the domain's words."""
        return Plan(
            title=self.title,
            introduction=self.introduction,
            one_per=self.one_per,
            questions=tuple(each.question() for each in self.questions),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            building_ids=self.building_ids,
        )


class SurveyBody(PlanBody):
    """A new survey of an estate."""

    estate_id: Ref


class FindingBody(Body):
    """Something that is asked for (需求); ``count``: by how many, if that was counted."""

    id: Key
    text: Line
    count: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class SupplyBody(Body):
    """Something that there is (资源), and who has it or can do it."""

    id: Key
    text: Line
    provider: Line


class ProjectBody(Body):
    """What is to be done (项目): for which findings, with which supplies."""

    id: Key
    text: Line
    finding_ids: Refs
    supply_ids: Refs = ()


class AnalysisBody(Body):
    """The needs list, the supply list, and the projects that match them."""

    findings: Annotated[tuple[FindingBody, ...], Field(max_length=FINDINGS_MAX)]
    supplies: Annotated[tuple[SupplyBody, ...], Field(max_length=FINDINGS_MAX)] = ()
    projects: Annotated[tuple[ProjectBody, ...], Field(max_length=FINDINGS_MAX)] = ()

    def lists(self) -> Lists:
        """The same in the domain's words."""
        return Lists(
            tuple(Finding(each.id, each.text, each.count) for each in self.findings),
            tuple(Supply(each.id, each.text, each.provider) for each in self.supplies),
            tuple(
                Project(each.id, each.text, each.finding_ids, each.supply_ids)
                for each in self.projects
            ),
        )


Chosen = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS_MAX)], ...],
    Field(max_length=OPTIONS_MAX),
]
Answers = Annotated[dict[Key, Chosen], Field(max_length=QUESTIONS_MAX)]


class OptionView(View):
    """One of the answers that may be chosen."""

    key: str
    text: str


class QuestionView(View):
    """One question."""

    code: str
    datatype: Datatype
    text: str
    required: bool
    options: list[OptionView]


class FindingView(View):
    """Something that is asked for."""

    id: str
    text: str
    count: int | None


class SupplyView(View):
    """Something that there is."""

    id: str
    text: str
    provider: str


class ProjectView(View):
    """What is to be done."""

    id: str
    text: str
    finding_ids: list[str]
    supply_ids: list[str]


class AnalysisView(View):
    """What was found, and by whom."""

    findings: list[FindingView]
    supplies: list[SupplyView]
    projects: list[ProjectView]
    by: str
    at: datetime


class SurveyView(View):
    """A survey as its readers see it; times in UTC."""

    id: str
    community: str
    version: int
    state: SurveyState
    estate_id: str
    title: str
    introduction: str
    one_per: OnePer
    questions: list[QuestionView]
    opens_at: datetime
    closes_at: datetime
    building_ids: list[str]
    published_at: datetime | None
    closed_at: datetime | None
    analysis: AnalysisView | None

    @classmethod
    def of(cls, survey: Survey) -> "SurveyView":
        """The view of a survey."""
        source = {
            name: getattr(survey if hasattr(survey, name) else survey.plan, name)
            for name in cls.model_fields
        }
        return cls.model_validate(source, from_attributes=True)
