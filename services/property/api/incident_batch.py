"""Many incidents in one call: what a company's system has gathered while it could not send."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, StringConstraints, ValidationError

from services.property.api.forms import PREFIX, viewer
from services.property.api.incident import Reporting
from services.property.api.incident_forms import IncidentBody
from services.property.domain.incident import Incident, IncidentState
from services.property.service.incident_batch import (
    ITEMS_MAX,
    IncidentBatchService,
    Item,
)
from shared.bulk import Outcome
from shared.web import Body, Takes, View, answer
from shared.web.callers import Charging
from shared.web.exchange import SCOPE_KEY, Exchange
from shared.web.problems import problem_of
from shared.web.takes import JSON

BYTES_MAX = 1024 * 1024
REF_SHOWN_MAX = 100
Charge = Annotated[Callable[[int], None], Depends(Charging())]


class BatchItemBody(IncidentBody):
    """One report of a batch: as one by itself, with the company's own number, by which it is known
    when it is sent again."""

    external_ref: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class BatchBody(Body):
    """Reports, each in the form ``BatchItemBody``; one that is wrong hinders no other."""

    items: list[Any] = Field(min_length=1, max_length=ITEMS_MAX)


class BatchOutcome(StrEnum):
    """What became of an item."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    """It was reported before, in the same words."""
    REJECTED = "rejected"


class BatchIncidentView(View):
    """The incident that an item has become, now or before."""

    id: str
    number: str
    state: IncidentState
    location: str

    @classmethod
    def of(cls, incident: Incident) -> "BatchIncidentView":
        """As the caller sees it."""
        return cls(
            id=incident.id,
            number=incident.number,
            state=incident.state,
            location=f"{PREFIX}/incidents/{incident.id}",
        )


class ItemView(View):
    """The outcome of one item, ``index`` from 0: an incident, or the problem as by itself."""

    index: int
    external_ref: str | None
    outcome: BatchOutcome
    incident: BatchIncidentView | None
    problem: dict[str, Any] | None

    @classmethod
    def of(cls, outcome: Outcome[Incident], exchange: Exchange) -> "ItemView":
        """As the caller sees it."""
        made, fault = outcome.thing, outcome.fault
        kind = BatchOutcome.DUPLICATE if outcome.known else BatchOutcome.CREATED
        return cls(
            index=outcome.number - 1,
            external_ref=outcome.external_ref,
            outcome=kind if fault is None else BatchOutcome.REJECTED,
            incident=None if made is None else BatchIncidentView.of(made),
            problem=None if fault is None else problem_of(fault).shown(exchange),
        )


class BatchView(View):
    """The outcome of every item, in their order, and how many there are of each."""

    created: int
    duplicate: int
    rejected: int
    items: list[ItemView]


def router(service: IncidentBatchService) -> APIRouter:
    """The route of batches."""
    router = APIRouter(prefix=PREFIX, tags=["incidents"])
    room = Depends(Takes(JSON, bytes_max=BYTES_MAX))

    @router.post("/incidents:batch", response_model=BatchView, dependencies=[room])
    async def report_incidents(
        body: BatchBody, caller: Reporting, charge: Charge, request: Request
    ) -> Response:
        """Report up to 100 incidents, 1 MB at most. Each is made by itself, and its outcome stands
        in its place; a batch that is sent again makes none again. Every item counts as a call."""
        charge(len(body.items) - 1)
        items, refused = _read(body)
        outcomes = [*refused, *await service.load(viewer(caller), items)]
        exchange: Exchange = request.scope[SCOPE_KEY]
        return answer(_view(outcomes, exchange))

    return router


def _read(body: BatchBody) -> tuple[list[Item], list[Outcome[Incident]]]:
    """The items that are reports, numbered from 1, and the outcomes of those that are none."""
    items: list[Item] = []
    refused: list[Outcome[Incident]] = []
    for number, told in enumerate(body.items, start=1):
        try:
            one = BatchItemBody.model_validate(told)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            fault = RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in found])
            refused.append(Outcome(number, _ref_of(told), fault=fault))
        else:
            items.append(Item(number, one.external_ref, one.estate_id, one.report()))
    return items, refused


def _ref_of(told: object) -> str | None:
    ref = told.get("external_ref") if isinstance(told, dict) else None
    return ref[:REF_SHOWN_MAX] if isinstance(ref, str) else None


def _view(outcomes: list[Outcome[Incident]], exchange: Exchange) -> BatchView:
    ordered = sorted(outcomes, key=lambda outcome: outcome.number)
    items = [ItemView.of(outcome, exchange) for outcome in ordered]
    counts = {kind.value: sum(item.outcome is kind for item in items) for kind in BatchOutcome}
    return BatchView(items=items, **counts)
