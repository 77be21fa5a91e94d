"""Surveys in every state, made by the domain's own functions, and a slow count of answers."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.requests.domain import survey as domain
from services.requests.domain.attribute import Datatype
from services.requests.domain.survey import (
    Analysis,
    Decided,
    Finding,
    OnePer,
    Option,
    Plan,
    Project,
    Question,
    Supply,
    Survey,
    SurveyAction,
    SurveyState,
)
from services.requests.domain.survey_response import Given, ResponseChannel, SurveyResponse, respond
from services.requests.domain.survey_results import Choice, Spread, Total
from shared.testing import FakeStore

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OPENS_AT, CLOSES_AT = NOW, NOW + timedelta(days=14)
OFFICER = "per_officer"
QUESTIONS = (
    Question(
        "lift",
        Datatype.SINGLE,
        "是否同意加装电梯?",
        required=True,
        options=(Option("yes", "同意"), Option("no", "不同意")),
    ),
    Question(
        "needs",
        Datatype.MULTI,
        "最需要哪些服务?",
        options=(Option("meals", "助餐"), Option("clinic", "义诊"), Option("class", "课程")),
    ),
    Question("persons", Datatype.NUMBER, "家里住几口人?"),
    Question("wish", Datatype.TEXT, "还有什么建议?"),
)
ANALYSIS = Analysis(
    findings=(Finding("meals", "老年助餐", 12), Finding("clinic", "义诊")),
    supplies=(Supply("canteen", "社区食堂", "物业公司"),),
    projects=(Project("p1", "食堂送餐上门", ("meals",), ("canteen",)),),
    by=OFFICER,
    at=NOW,
)


def plan(**changes: object) -> Plan:
    """What a survey asks."""
    facts: dict[str, object] = {
        "title": "居民需求调查",
        "introduction": "请如实填写。",
        "one_per": OnePer.PERSON,
        "questions": QUESTIONS,
        "opens_at": OPENS_AT,
        "closes_at": CLOSES_AT,
        **changes,
    }
    return Plan(**facts)  # type: ignore[arg-type]


def drafted(**changes: object) -> Survey:
    """A survey as it is begun."""
    return Survey(
        id="svy_1",
        community="hongmiao",
        version=0,
        state=SurveyState.DRAFT,
        estate_id="est_1",
        plan=plan(**changes),
    )


A, S = SurveyAction, SurveyState


def answering(survey: Survey, channel: ResponseChannel) -> Decided:
    """The survey as it stays when somebody answers."""
    given = Given({"lift": ("yes",)}, channel, "per_1", None)
    _, events = respond(survey, given=given, response_id="svr_1", at=NOW)
    return survey, events


ACT: dict[SurveyAction, Callable[[Survey], Decided]] = {
    A.REVISE: lambda s: domain.revise(s, plan=plan(title="另一个题目")),
    A.PUBLISH: lambda s: domain.publish(s, at=NOW),
    A.ANSWER: lambda s: answering(s, ResponseChannel.ONLINE),
    A.ENTER: lambda s: answering(s, ResponseChannel.PAPER),
    A.CLOSE: lambda s: domain.close(s, at=NOW),
    A.ANALYSE: lambda s: domain.analyse(s, analysis=ANALYSIS),
    A.ARCHIVE: domain.archive,
}
_PATH = (A.PUBLISH, A.CLOSE, A.ANALYSE, A.ARCHIVE)
PATHS = {state: _PATH[:steps] for steps, state in enumerate(S)}


def in_state(state: SurveyState, **changes: object) -> Survey:
    """A survey that came to this state by the table."""
    survey = drafted(**changes)
    for action in PATHS[state]:
        survey, _ = ACT[action](survey)
    return survey


@dataclass
class SlowCounts:
    """Counts answers one by one, as plainly as can be: what the store's counts must equal."""

    responses: FakeStore[SurveyResponse]

    async def _of(self, survey_id: str) -> list[SurveyResponse]:
        return await self.responses.find({"survey_id": survey_id}, limit=100_000)

    async def totals(self, survey_id: str) -> Sequence[Total]:
        return totals_of(await self._of(survey_id))

    async def choices(self, survey_id: str, codes: Sequence[str]) -> Sequence[Choice]:
        return choices_of(await self._of(survey_id), codes)

    async def spreads(self, survey_id: str, codes: Sequence[str]) -> Sequence[Spread]:
        return spreads_of(await self._of(survey_id), codes)


def totals_of(responses: Sequence[SurveyResponse]) -> list[Total]:
    """By building and channel."""
    counted = Counter((each.building_id, each.channel.value) for each in responses)
    return [Total(*key, count) for key, count in counted.items()]


def choices_of(responses: Sequence[SurveyResponse], codes: Sequence[str]) -> list[Choice]:
    """By question, option and building."""
    counted = Counter(
        (code, key, each.building_id)
        for each in responses
        for code in codes
        for key in each.replies.get(code, ())
    )
    return [Choice(*key, count) for key, count in counted.items()]


def spreads_of(responses: Sequence[SurveyResponse], codes: Sequence[str]) -> list[Spread]:
    """By question."""
    found = []
    for code in codes:
        numbers = [float(each.replies[code][0]) for each in responses if code in each.replies]
        if numbers:
            mean = sum(numbers) / len(numbers)
            found.append(Spread(code, len(numbers), min(numbers), max(numbers), mean))
    return found
