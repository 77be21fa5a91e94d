"""Putting together whom to ask for help: the facts that ``domain/care_asking.py`` decides by."""

from collections.abc import Mapping
from dataclasses import replace

from services.pairing.domain.care_asking import Asking, Step, Watchers, has_more
from services.pairing.domain.care_offer import Rung
from services.pairing.domain.care_task import CareTask
from services.pairing.domain.household import Household
from services.pairing.service.care_helpers import (
    Case,
    Helpers,
    MatchedHelpers,
    OwnHelpers,
    PostHolders,
    Sources,
    watchers_of,
)
from services.pairing.service.care_rules import CareRulesService
from shared.clock import Clock


class CareAskingService:
    """Looks rung by rung for whom to ask, and no further than is needed."""

    def __init__(self, sources: Sources, rules: CareRulesService, clock: Clock) -> None:
        self._sources = sources
        self._rungs: Mapping[Rung, Helpers] = {
            Rung.OWN: OwnHelpers(sources),
            Rung.POST: PostHolders(sources),
            Rung.MATCHED: MatchedHelpers(sources),
        }
        self._rules = rules
        self._clock = clock

    async def of(self, case: Case) -> Asking:
        """Who may be asked at this moment; who is to be told if nobody is. ``Unavailable``."""
        rules = await self._rules.get(case.community)
        asking = await self._climbed(case, Asking(rules, self._clock.now(), case.household))
        if any(has_more(case.offers, step, rules) for step in asking.ladder):
            return asking
        return replace(asking, watchers=await self.watchers(case))

    async def watchers(self, case: Case) -> Watchers:
        """Who is to be told that nobody does it. ``Unavailable``."""
        return await watchers_of(case, self._sources, at=self._clock.now())

    async def _climbed(self, case: Case, asking: Asking) -> Asking:
        household = case.household
        if household is None or asking.refused() is not None:
            return asking
        ladder: list[Step] = []
        for rung, helpers in self._rungs.items():
            step = Step(rung, await helpers.of(case, household, at=asking.at))
            ladder.append(step)
            if has_more(case.offers, step, asking.rules):
                break
        return replace(asking, ladder=ladder)


def case_of(task: CareTask, household: Household | None) -> Case:
    """What a task asks for."""
    return Case(task.community, task.origin, household, task.offers)
