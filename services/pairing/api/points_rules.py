"""The rules by which contributions earn points, over HTTP: read by all, published by staff."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.pairing.api.forms import PREFIX
from services.pairing.domain.points import ContributionKind, PointsRule
from services.pairing.domain.points_rules import POINTS_MAX, PointsRules
from services.pairing.service.points_rules import PointsRulesService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Moment, PageView, QueryId, Version
from shared.web.once import Lookup

Looking = Annotated[Caller, Depends(needs("pairing:contribution:read"))]
Managing = Annotated[Caller, Depends(needs("pairing:points_rule:publish"))]
Points = Annotated[int, Field(strict=True, ge=0, le=POINTS_MAX)]
ByKind = dict[ContributionKind, Points]


class PointsRuleBody(Body):
    """A rule for what is done from ``since`` on: points per hour and per act, by kind; what is left
    out earns none."""

    since: Moment
    per_hour: ByKind = Field(default_factory=dict)
    per_act: ByKind = Field(default_factory=dict)


class PointsRuleView(View):
    """A rule: points per hour and per act by kind, for acts done from ``since`` on."""

    version: int
    since: datetime
    per_hour: dict[ContributionKind, int]
    per_act: dict[ContributionKind, int]

    @classmethod
    def of(cls, rule: PointsRule) -> "PointsRuleView":
        """The view of a rule."""
        return cls(
            version=rule.version,
            since=rule.since,
            per_hour=dict(rule.per_hour),
            per_act=dict(rule.per_act),
        )


class PointsRulesView(View):
    """All rules of a community, oldest first; ``version`` counts their changes."""

    community: str
    version: int
    rules: list[PointsRuleView]

    @classmethod
    def of(cls, rules: PointsRules) -> "PointsRulesView":
        """The view of the rules."""
        return cls(
            community=rules.community,
            version=rules.version,
            rules=[PointsRuleView.of(each) for each in rules.rules],
        )


def router(service: PointsRulesService, answered: Lookup) -> APIRouter:
    """The routes. Who has several communities names the one that is meant."""
    router = APIRouter(prefix=f"{PREFIX}/points-rules", tags=["contributions"])

    @router.get("", response_model=PageView[PointsRuleView])
    async def list_points_rules(caller: Looking, community: QueryId = None) -> Response:
        """All rules that ever held in a community, and those to come, oldest first."""
        found = await service.get(caller.one_community(community))
        return listing([PointsRuleView.of(rule) for rule in found.rules], None)

    @router.post(
        "",
        response_model=PointsRulesView,
        dependencies=[Depends(Once(answered, PointsRulesView.of))],
    )
    async def publish_points_rule(
        caller: Managing, version: Version, body: PointsRuleBody, community: QueryId = None
    ) -> Response:
        """Have another rule hold from a moment to come on; what was done before keeps its own."""
        rules = await service.publish(
            caller.one_community(community),
            since=body.since,
            per_hour=body.per_hour,
            per_act=body.per_act,
            seen=version,
        )
        return answer(PointsRulesView.of(rules), rules.version)

    return router
