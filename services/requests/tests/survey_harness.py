"""Surveys over a store, fake or real, with one estate of two buildings known."""

from dataclasses import dataclass, field, replace

from services.requests import store
from services.requests.domain.residence import Residence
from services.requests.domain.survey import Survey
from services.requests.domain.survey_response import Given, ResponseChannel, SurveyResponse
from services.requests.service.estate import EstateCopies, EstateService
from services.requests.service.residence import Residences, ResidenceService
from services.requests.service.survey import SurveyReader, SurveyService
from services.requests.service.survey_response import Counts, SurveyResponseService, Where
from services.requests.store.residence import residences
from services.requests.store.survey import SurveyCounts, survey_responses, surveys
from services.requests.tests.harness import FakeCopies
from services.requests.tests.survey_samples import OFFICER, SlowCounts, plan
from shared.events.property import BuildingFacts, EntranceFacts
from shared.events.property_parking import OccupancyConfirmed
from shared.mongo import Database
from shared.store import Page, Store, decode_cursor, encode_cursor
from shared.testing import FakeClock, FakeStore, estate_registered, heard

HERE, THERE = ("hongmiao",), ("elsewhere",)
AS_OFFICER = SurveyReader(OFFICER, HERE, manages=True)
BUILDINGS = {"bld_1": ("dwl_1", "dwl_2"), "bld_2": ("dwl_3", "dwl_4")}


def resident(person_id: str = "per_1", communities: tuple[str, ...] = HERE) -> SurveyReader:
    """Somebody who is no officer."""
    return SurveyReader(person_id, communities, manages=False)


@dataclass
class FakeResidences:
    """Keeps in memory who lives where."""

    kept: dict[str, Residence] = field(default_factory=dict)

    async def put(self, residence: Residence) -> None:
        known = self.kept.get(residence.id)
        if known is None or known.sequence < residence.sequence:
            self.kept[residence.id] = residence

    async def homes(self, person_id: str, estate_id: str, *, limit: int) -> list[str]:
        found = [each for _, each in sorted(self.kept.items()) if each.person_id == person_id]
        there = [each.dwelling_id for each in found if each.estate_id == estate_id]
        return [home for home in dict.fromkeys(there) if home is not None][:limit]

    async def of(self, person_id: str, *, cursor: str | None, limit: int) -> Page[Residence]:
        after = decode_cursor(cursor) if cursor is not None else ""
        rows = [
            each
            for id_, each in sorted(self.kept.items())
            if each.person_id == person_id and id_ > after
        ]
        more = len(rows) > limit
        return Page(rows[:limit], encode_cursor(rows[limit - 1].id) if more else None)


@dataclass
class SurveyHarness:
    """The use cases and what is behind them."""

    surveys: Store[Survey]
    responses: Store[SurveyResponse]
    counts: Counts
    copies: EstateCopies
    homes: Residences
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.estates = EstateService(self.copies, self.clock)
        self.service = SurveyService(self.surveys, self.estates, self.clock)
        self.residences = ResidenceService(self.homes)
        where = Where(self.estates, self.residences)
        self.answers = SurveyResponseService(
            self.responses, self.counts, self.service, where, self.clock
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
        await self.estates.told(event, heard(event, event.estate_id))

    async def lives(self, person_id: str, *dwelling_ids: str) -> None:
        """Hear that somebody lives there."""
        for dwelling_id in dwelling_ids:
            event = OccupancyConfirmed(
                occupancy_id=f"occ_{person_id}_{dwelling_id}",
                estate_id="est_1",
                person_id=person_id,
                dwelling_id=dwelling_id,
            )
            await self.residences.confirmed(event, heard(event, event.occupancy_id))

    async def published(self, **changes: object) -> Survey:
        """A survey that is asked."""
        survey = await self.service.draft(plan(**changes), estate_id="est_1", reader=AS_OFFICER)
        return await self.service.publish(survey.id, AS_OFFICER, seen=None)

    async def say(
        self, survey_id: str, person_id: str, dwelling_id: str | None = None, **answers: str
    ) -> SurveyResponse:
        """One answer online from one's own home; ``lift="yes"``, several chosen by commas."""
        if dwelling_id is not None:
            await self.lives(person_id, dwelling_id)
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
            FakeResidences(),
            clock,
        )
    else:
        kept = survey_responses(database)
        made = SurveyHarness(
            surveys(database),
            kept,
            SurveyCounts(kept),
            store.estates(database),
            residences(database),
        )
        await database.migrate()
    await made.know_estate()
    return made
