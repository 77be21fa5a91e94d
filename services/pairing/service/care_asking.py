"""Finding whom to ask for help: the facts that ``domain/care_asking.py`` decides by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.pairing.domain.care_asking import Asking, Step, is_enough, refused
from services.pairing.domain.care_offer import Offer, Rung
from services.pairing.domain.care_task import CareTask, Origin
from services.pairing.domain.household import Household
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing
from services.pairing.service.care_rules import CareRulesService
from services.pairing.service.helping import helpers_of
from shared.clock import Clock
from shared.store import Store


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for, in which community and for whom, and who was asked before."""

    community: str
    origin: Origin
    household: Household | None
    offers: Sequence[Offer] = ()


class Helpers(Protocol):
    """The members of one rung."""

    async def of(self, case: Case) -> Sequence[Member]:
        """Those who can be asked, in the order in which to ask them. ``Unavailable``."""


class OwnHelpers:
    """The helpers of the household's active pairings, oldest pairing first, who are there."""

    def __init__(self, pairings: Store[Pairing], members: Store[Member]) -> None:
        self._pairings = pairings
        self._members = members

    async def of(self, case: Case) -> Sequence[Member]:
        """See ``Helpers.of``."""
        if case.household is None:
            return []
        return await helpers_of(case.household.id, self._pairings, self._members)


class CareAskingService:
    """Puts together what asking rests on, rung by rung, and no further than is needed."""

    def __init__(
        self, rungs: Mapping[Rung, Helpers], rules: CareRulesService, clock: Clock
    ) -> None:
        self._rungs = rungs
        self._rules = rules
        self._clock = clock

    async def of(self, case: Case) -> Asking:
        """Who may be asked at this moment. ``Unavailable``."""
        rules = await self._rules.get(case.community)
        asking = Asking(rules, self._clock.now(), case.household)
        if refused(asking) is not None:
            return asking
        ladder: list[Step] = []
        for rung, helpers in self._rungs.items():
            step = Step(rung, await helpers.of(case))
            ladder.append(step)
            if is_enough(case.offers, step, rules):
                break
        return Asking(rules, asking.at, case.household, ladder)


def case_of(task: CareTask, household: Household | None) -> Case:
    """What a task asks for."""
    return Case(task.community, task.origin, household, task.offers)
