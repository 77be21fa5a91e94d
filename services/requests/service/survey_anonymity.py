"""Makes answers to surveys anonymous once their survey was over for as long as the rule says."""

from collections.abc import Callable

from services.requests.domain.retention import RetentionRules, ended_before
from services.requests.domain.survey import Survey
from services.requests.domain.survey_anonymity import anonymise, names_of
from services.requests.domain.survey_response import SurveyResponse
from services.requests.service.anonymity import KEPT
from services.requests.service.retention import RetentionService
from services.requests.service.sweeping import BATCH, swept, with_rules
from shared.alarms import LONG_AGO
from shared.clock import Clock, new_id
from shared.erasing import ErasingStore, Erasure
from shared.store import Store


class SurveyAnonymityService:
    """The use case."""

    def __init__(
        self,
        surveys: Store[Survey],
        answers: ErasingStore[SurveyResponse],
        rules: RetentionService,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._surveys = surveys
        self._answers = answers
        self._rules = rules
        self._clock = clock
        self._new_id = new_id

    async def sweep(self) -> int:
        """All that is due by now; how many answers became anonymous. ``Unavailable``.

        Each in one write, so nothing is ever half done.
        """
        done = 0
        async for community, rules in with_rules(self._surveys, self._rules, field="closed_at"):
            done += await self._sweep(community, rules)
        return done

    async def _sweep(self, community: str, rules: RetentionRules) -> int:
        until = ended_before(rules.survey_days, at=self._clock.now())
        where = {"closed_at": {"$gt": LONG_AGO, "$lte": until}}
        done, cursor = 0, None
        while True:
            page = await self._surveys.page(
                where, communities=(community,), cursor=cursor, limit=BATCH
            )
            for survey in page.items:
                done += await self._of(survey, rules.version)
            cursor = page.next_cursor
            if cursor is None:
                return done

    async def _of(self, survey: Survey, rules_version: int) -> int:
        return await swept(
            self._answers,
            {**KEPT, "survey_id": survey.id},
            survey.community,
            lambda each: self._anonymise(each, survey, rules_version),
        )

    async def _anonymise(self, answer: SurveyResponse, survey: Survey, rules_version: int) -> None:
        new_id = self._new_id("svr")
        anonymous, events = anonymise(
            answer, survey, new_id=new_id, rules_version=rules_version, at=self._clock.now()
        )
        names = names_of(answer, new_id)
        await self._answers.erase(Erasure(anonymous, events, names, new_id=new_id))
