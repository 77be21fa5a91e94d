"""Personal data over HTTP: how long it is kept, and how a request loses whose it was."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.requests.api.request import PREFIX, READ, reader_of, shown
from services.requests.api.request_forms import RequestView
from services.requests.domain.anonymity import AnonymityReason
from services.requests.domain.retention import DAYS_MAX, DAYS_MIN, DEFAULT_RULES, RetentionRules
from services.requests.service.anonymity import AnonymityService
from services.requests.service.retention import RetentionService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, needs
from shared.web.forms import PathId, QueryId, Version
from shared.web.once import Lookup

Reading = Annotated[Caller, Depends(needs(READ))]
Managing = Annotated[Caller, Depends(needs("requests:retention_rules:manage"))]
Anonymiser = Annotated[Caller, Depends(needs("requests:request:anonymise"))]
Days = Annotated[int, Field(ge=DAYS_MIN, le=DAYS_MAX)]


class RetentionRulesBody(Body):
    """For how many days it is kept whose a request, an answer to a survey, a ballot or a mark was.

    Counted from the end of the request, of the survey, of the vote, and from when a decision was
    carried out. Not told, ``council_days`` is the platform's own. A change goes for all that is
    kept.
    """

    request_days: Days
    survey_days: Days
    council_days: Days = DEFAULT_RULES.council_days


class RetentionRulesView(View):
    """The rules as they are; ``version`` 1 is the platform's own, which nobody changed."""

    version: int
    request_days: int
    survey_days: int
    council_days: int

    @classmethod
    def of(cls, rules: RetentionRules) -> "RetentionRulesView":
        """The view of the rules."""
        return cls.model_validate(rules, from_attributes=True)


class AnonymisationBody(Body):
    """Why it is done before its time: its requester asked for it (PIPL art. 47), it was entered by
    mistake, or a court or an office ordered it."""

    reason: Literal[
        AnonymityReason.ASKED_FOR, AnonymityReason.ENTERED_BY_MISTAKE, AnonymityReason.ORDERED
    ]


class PrivacyRoutes:
    """One method for each route."""

    def __init__(self, rules: RetentionService, anonymity: AnonymityService) -> None:
        self._rules = rules
        self._anonymity = anonymity

    async def get(self, caller: Reading, community: QueryId = None) -> Response:
        """For how long it is kept whose a request was."""
        rules = await self._rules.get(caller.one_community(community))
        return answer(RetentionRulesView.of(rules), rules.version)

    async def change(
        self,
        caller: Managing,
        version: Version,
        body: RetentionRulesBody,
        community: QueryId = None,
    ) -> Response:
        """Say it anew. What has been kept longer than that becomes anonymous within the hour."""
        rules = await self._rules.change(
            caller.one_community(community),
            RetentionRules(body.request_days, body.survey_days, body.council_days),
            seen=version,
        )
        return answer(RetentionRulesView.of(rules), rules.version)

    async def anonymise(
        self, request_id: PathId, caller: Anonymiser, version: Version, body: AnonymisationBody
    ) -> Response:
        """Take out of a request that is over whose it was and all that was written; for good."""
        return shown(
            await self._anonymity.on_demand(
                request_id, reader_of(caller), seen=version, reason=body.reason
            )
        )


def routers(
    rules: RetentionService, anonymity: AnonymityService, *, changed: Lookup, anonymised: Lookup
) -> list[APIRouter]:
    """The routes; ``changed`` and ``anonymised`` find what an Idempotency-Key was answered."""
    routes = PrivacyRoutes(rules, anonymity)
    api = APIRouter(prefix=f"{PREFIX}/retention-rules", tags=["personal data"])
    api.get("", response_model=RetentionRulesView)(routes.get)
    changing = Depends(Once(changed, RetentionRulesView.of))
    api.put("", response_model=RetentionRulesView, dependencies=[changing])(routes.change)

    of_request = APIRouter(prefix=f"{PREFIX}/requests", tags=["personal data"])
    doing = Depends(Once(anonymised, RequestView.of))
    of_request.post(
        "/{request_id}/anonymisation", response_model=RequestView, dependencies=[doing]
    )(routes.anonymise)
    return [api, of_request]
