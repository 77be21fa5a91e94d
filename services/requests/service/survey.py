"""What one can do with a survey: write it, ask it, close it, say what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.requests.domain import survey as domain
from services.requests.domain.survey import (
    SHOWN,
    Analysis,
    Decided,
    Finding,
    Plan,
    Project,
    Supply,
    Survey,
    SurveyState,
)
from services.requests.service.estate import EstateService
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class SurveyReader:
    """Who asks; ``manages``: an officer, who sees drafts and unfinished results as well."""

    id: str
    communities: tuple[str, ...]
    manages: bool


@dataclass(frozen=True, slots=True)
class SurveyFilter:
    """Which surveys to list; None: any."""

    state: SurveyState | None = None
    estate_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """What officers found: what is asked for, what there is, what is to be done."""

    findings: tuple[Finding, ...]
    supplies: tuple[Supply, ...]
    projects: tuple[Project, ...]


class SurveyService:
    """The use cases.

    Each that is about a survey: ``NotFound`` if the reader may not see it. Each that changes one,
    too: ``Stale`` if ``seen`` has moved on, ``WrongState``, ``Invalid``.
    """

    def __init__(
        self,
        store: Store[Survey],
        estates: EstateService,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._estates = estates
        self._clock = clock
        self._new_id = new_id
        self._alarms = Alarms(store, clock, field="closing_at", tick=domain.close)

    async def draft(self, plan: Plan, *, estate_id: str, reader: SurveyReader) -> Survey:
        """Begin to write a survey of an estate; ``Invalid`` for one that is not the reader's, and
        for buildings that it does not have."""
        estate = await self._estates.admit(
            estate_id, dwelling_id=None, communities=reader.communities
        )
        await self._estates.must_have(estate.id, plan.building_ids)
        survey = Survey(
            id=self._new_id("svy"),
            community=estate.community,
            version=0,
            state=SurveyState.DRAFT,
            estate_id=estate.id,
            plan=plan,
        )
        return await self._store.save(*domain.draft(survey))

    async def get(self, survey_id: str, reader: SurveyReader) -> Survey:
        """One survey; a draft is there for officers only."""
        survey = await self._store.get(survey_id, communities=reader.communities)
        if survey.state is SurveyState.DRAFT and not reader.manages:
            raise NotFound("store.not_found", id=survey_id)
        return survey

    async def page(
        self, reader: SurveyReader, wanted: SurveyFilter, *, cursor: str | None, limit: int
    ) -> Page[Survey]:
        """One page of the surveys that this reader may see, newest first."""
        where: dict[str, Any] = {}
        if wanted.estate_id is not None:
            where["estate_id"] = wanted.estate_id
        states = [state.value for state in (SurveyState if reader.manages else SHOWN)]
        where["state"] = {"$in": states}
        if wanted.state is not None:
            where["state"] = {"$in": [each for each in states if each == wanted.state.value]}
        return await self._store.page(
            where, communities=reader.communities, cursor=cursor, limit=limit
        )

    async def story(self, survey_id: str, reader: SurveyReader) -> list[Envelope]:
        """All that happened to a survey, oldest first."""
        await self.get(survey_id, reader)
        return await self._store.story(survey_id, communities=reader.communities)

    async def revise(
        self, survey_id: str, reader: SurveyReader, *, seen: int | None, plan: Plan
    ) -> Survey:
        """Write a draft anew; ``Invalid`` as for ``draft``."""
        survey = await self._store.get(survey_id, communities=reader.communities)
        await self._estates.must_have(survey.estate_id, plan.building_ids)
        return await self._change(survey_id, reader, seen, lambda s: domain.revise(s, plan=plan))

    async def publish(self, survey_id: str, reader: SurveyReader, *, seen: int | None) -> Survey:
        """Ask its questions, which do not change any more."""
        now = self._clock.now()
        return await self._change(survey_id, reader, seen, lambda s: domain.publish(s, at=now))

    async def close(self, survey_id: str, reader: SurveyReader, *, seen: int | None) -> Survey:
        """Ask no more, before its time is over."""
        now = self._clock.now()
        return await self._change(survey_id, reader, seen, lambda s: domain.close(s, at=now))

    async def analyse(
        self, survey_id: str, reader: SurveyReader, *, seen: int | None, lists: Lists
    ) -> Survey:
        """Say what was found."""
        analysis = Analysis(
            lists.findings, lists.supplies, lists.projects, reader.id, self._clock.now()
        )
        return await self._change(
            survey_id, reader, seen, lambda s: domain.analyse(s, analysis=analysis)
        )

    async def archive(self, survey_id: str, reader: SurveyReader, *, seen: int | None) -> Survey:
        """Put it away."""
        return await self._change(survey_id, reader, seen, domain.archive)

    async def close_due(self) -> int:
        """Close what is over by now, in any number of replicas at once; how many were closed here.

        What cannot be closed is logged, keeps no other waiting and is found again. ``Unavailable``.
        """
        return await self._alarms.ring()

    async def _change(
        self,
        survey_id: str,
        reader: SurveyReader,
        seen: int | None,
        decide: Callable[[Survey], Decided],
    ) -> Survey:
        return await changed(
            self._store,
            lambda: self._store.get(survey_id, communities=reader.communities),
            decide,
            seen=seen,
        )
