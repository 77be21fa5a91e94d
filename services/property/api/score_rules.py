"""Rules of scoring over HTTP: shown to whom they bind, published for months to come."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.property.api.forms import PREFIX
from services.property.api.scorecard_forms import RuleSetBody, ScoreRulesView
from services.property.service.score_rules import ScoreRulesService
from shared.auth import Caller
from shared.web import Once, answer, needs
from shared.web.forms import QueryId, Version
from shared.web.once import Lookup

Reading = Annotated[Caller, Depends(needs("property:scorecard:read"))]
Publishing = Annotated[Caller, Depends(needs("property:score_rules:publish"))]


def router(service: ScoreRulesService, lookup: Lookup) -> APIRouter:
    """The routes of rules."""
    router = APIRouter(prefix=PREFIX, tags=["scorecards"])
    once = Depends(Once(lookup=lookup, view=ScoreRulesView.of))

    @router.get("/score-rules", response_model=ScoreRulesView)
    async def read_score_rules(caller: Reading, community: QueryId = None) -> Response:
        """All rules that a community has published, the default first; of several in force from
        one month the last one holds."""
        rules = await service.get(caller.one_community(community))
        return answer(ScoreRulesView.of(rules), rules.version or None)

    @router.post("/score-rules", response_model=ScoreRulesView, dependencies=[once])
    async def publish_score_rules(
        body: RuleSetBody, caller: Publishing, version: Version, community: QueryId = None
    ) -> Response:
        """Publish the next rules, in force from a month that has not begun; what was published
        before stays, and months that have begun keep theirs."""
        where = caller.one_community(community)
        rules = await service.publish(where, body.rules(), by=caller.id, seen=version)
        return answer(ScoreRulesView.of(rules), rules.version)

    return router
