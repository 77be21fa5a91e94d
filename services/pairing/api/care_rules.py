"""The rules of asking for help over HTTP: who is asked how many at once, and for how long."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from services.pairing.api.forms import PREFIX
from services.pairing.domain.availability import minute_of
from services.pairing.domain.care_offer import Rung
from services.pairing.domain.care_rules import (
    ASKED_MAX,
    AT_ONCE_MAX,
    SECONDS_MAX,
    SECONDS_MIN,
    SHARE_PERCENT_MAX,
    SHARE_PERCENT_MIN,
    CareRules,
    RungRule,
)
from services.pairing.service.care_rules import CareRulesService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, needs
from shared.web.forms import QueryId, Version
from shared.web.once import Lookup

Reading = Annotated[Caller, Depends(needs("pairing:care_task:read"))]
Managing = Annotated[Caller, Depends(needs("pairing:care_rules:manage"))]
Seconds = Annotated[int, Field(strict=True, ge=SECONDS_MIN, le=SECONDS_MAX)]
Clock = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class RungRuleBody(Body):
    """How one rung is asked.

    Each has ``answer_seconds`` of the day to answer; ``at_once`` are asked at a time (1: one after
    the other), ``asked_max`` at most (0: nobody).
    """

    answer_seconds: Seconds
    at_once: Annotated[int, Field(strict=True, ge=1, le=AT_ONCE_MAX)]
    asked_max: Annotated[int, Field(strict=True, ge=0, le=ASKED_MAX)]


class CareRulesBody(Body):
    """All of a community's rules. What is urgent waits for nobody longer than ``share_percent`` of
    the time left until it is due, by day and by night, but ``least_seconds``."""

    rungs: dict[Rung, RungRuleBody]
    day_begins: Clock
    day_ends: Clock
    share_percent: Annotated[int, Field(strict=True, ge=SHARE_PERCENT_MIN, le=SHARE_PERCENT_MAX)]
    least_seconds: Seconds

    def rules(self) -> CareRules:
        """The same in the domain's words."""
        return CareRules(
            rungs={name: RungRule(**dict(rule)) for name, rule in self.rungs.items()},
            day_begins=minute_of(self.day_begins),
            day_ends=minute_of(self.day_ends),
            share_percent=self.share_percent,
            least_seconds=self.least_seconds,
        )


class CareRulesView(View):
    """The rules as they are; ``version`` 1 is the platform's own, which nobody changed."""

    version: int
    rungs: dict[Rung, RungRuleBody]
    day_begins: Clock
    day_ends: Clock
    share_percent: int
    least_seconds: int

    @classmethod
    def of(cls, rules: CareRules) -> "CareRulesView":
        """The view of the rules."""
        return cls(
            version=rules.version,
            rungs={
                rung: RungRuleBody.model_validate(rule, from_attributes=True)
                for rung, rule in rules.rungs.items()
            },
            day_begins=_clock(rules.day_begins),
            day_ends=_clock(rules.day_ends),
            share_percent=rules.share_percent,
            least_seconds=rules.least_seconds,
        )


def router(service: CareRulesService, answered: Lookup) -> APIRouter:
    """The routes. Who has several communities names the one that is meant."""
    router = APIRouter(prefix=f"{PREFIX}/care-rules", tags=["care tasks"])

    @router.get("", response_model=CareRulesView)
    async def read_care_rules(caller: Reading, community: QueryId = None) -> Response:
        """How helpers are asked, and how long they have to answer."""
        rules = await service.get(caller.one_community(community))
        return answer(CareRulesView.of(rules), rules.version)

    @router.put(
        "",
        response_model=CareRulesView,
        dependencies=[Depends(Once(answered, CareRulesView.of))],
    )
    async def change_care_rules(
        caller: Managing, version: Version, body: CareRulesBody, community: QueryId = None
    ) -> Response:
        """Say the whole of them anew. Who is asked already keeps the time that they were given."""
        where = caller.one_community(community)
        rules = await service.change(where, body.rules(), seen=version)
        return answer(CareRulesView.of(rules), rules.version)

    return router


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
