"""Surveys over a store, fake or real, with one estate of two buildings known."""

from dataclasses import dataclass, field, replace

from services.requests import store
from services.requests.domain.survey import Survey
from services.requests.domain.survey_response import Given, ResponseChannel, SurveyResponse
from services.requests.service.estate import EstateCopies, EstateService
from services.requests.service.survey import SurveyReader, SurveyService
from services.requests.service.survey_response import Counts, SurveyResponseService
from services.requests.store.survey import SurveyCounts, survey_responses, surveys
from services.requests.tests.harness import FakeCopies
from services.requests.tests.survey_samples import OFFICER, SlowCounts, plan
from shared.events.property import BuildingFacts, EntranceFacts
from shared.mongo import Database
from shared.store import Store
from shared.testing import FakeClock, FakeStore, estate_registered, heard

HERE, THERE = ("hongmiao",), ("elsewhere",)
AS_OFFICER = SurveyReader(OFFICER, HERE, manages=True)
BUILDINGS = {"bld_1": ("dwl_1", "dwl_2"), "bld_2": ("dwl_3", "dwl_4")}


def resident(person_id: str = "per_1", communities: tuple[str, ...] = HERE) -> SurveyReader:
    """Somebody who is no officer."""
    return SurveyReader(person_id, communities, manages=False)


@dataclass
class SurveyHarness:
    """The use cases and what is behind them."""

    surveys: Store[Survey]
    responses: Store[SurveyResponse]
    counts: Counts
    copies: EstateCopies
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.estates = EstateService(self.copies)
        self.service = SurveyService(self.surveys, self.estates, self.clock)
        self.answers = SurveyResponseService(
            self.responses, self.counts, self.service, self.estates, self.clock
        )

    async def know_estate(self) -> None:
        """Hear of the estate."""
        buildings = tuple(
            BuildingFacts(
                building_id=building_id,
                code=building_id,
                entrances=(
                    EntranceFacts(entrance_id=f"ent_{building_id}", code="1", dwelling_ids=homes),
                ),
            )
            for building_id, homes in BUILDINGS.items()
        )
        event = estate_registered().model_copy(update={"buildings": buildings})
        await self.estates.registered(event, heard(event, event.estate_id))

    async def published(self, **changes: object) -> Survey:
        """A survey that is asked."""
        survey = await self.service.draft(plan(**changes), estate_id="est_1", reader=AS_OFFICER)
        return await self.service.publish(survey.id, AS_OFFICER, seen=None)

    async def say(
        self, survey_id: str, person_id: str, dwelling_id: str | None = None, **answers: str
    ) -> SurveyResponse:
        """One answer online; ``lift="yes"``, several chosen by commas."""
        given = Given(
            {code: tuple(value.split(",")) for code, value in answers.items()},
            ResponseChannel.ONLINE,
            person_id,
            dwelling_id,
        )
        return await self.answers.respond(survey_id, resident(person_id), given)

    async def enter(self, survey_id: str, given: Given) -> SurveyResponse:
        """One answer that the officer enters."""
        return await self.answers.respond(survey_id, AS_OFFICER, replace(given, entered_by=OFFICER))


async def survey_harness_over(database: Database | None) -> SurveyHarness:
    """A harness over this database, or over fakes with a slow count."""
    if database is None:
        clock = FakeClock()
        responses = FakeStore(SurveyResponse, source="/linli/requests", clock=clock)
        made = SurveyHarness(
            FakeStore(Survey, source="/linli/requests", clock=clock),
            responses,
            SlowCounts(responses),
            FakeCopies(),
            clock,
        )
    else:
        kept = survey_responses(database)
        made = SurveyHarness(surveys(database), kept, SurveyCounts(kept), store.estates(database))
        await database.migrate()
    await made.know_estate()
    return made
