"""The use cases of duplicates over a harness, whichever store it has."""

from typing import Any

from services.requests.domain.duplicate import COMPARED_CHARACTERS_MAX, Candidate, Described
from services.requests.domain.request import OPEN, ServiceRequest
from services.requests.service.duplicate import DuplicateService, Near
from services.requests.store.duplicate import RequestCandidates
from services.requests.tests.harness import Harness
from shared.events.requests import RequestMerged
from shared.mongo import Documents
from shared.store import Order, Store

NEWEST_SUBMITTED = Order((("submitted_at", -1),))


class FakeCandidates:
    """Keeps what ``Candidates`` promises, over any store."""

    def __init__(self, store: Store[ServiceRequest]) -> None:
        self._store = store

    async def near(self, near: Near, *, limit: int) -> list[Candidate]:
        place = {"building_id": near.building_id} if near.building_id else {}
        where: dict[str, Any] = {
            **(place or {"estate_id": near.estate_id}),
            "community": near.community,
            "service_code": {"$in": list(near.service_codes)},
            "submitted_at": {"$gte": near.since},
            "state": {"$in": [state.value for state in OPEN]},
        }
        found = await self._store.find(where, order=NEWEST_SUBMITTED, limit=limit)
        return [candidate_of(request) for request in found]


def candidate_of(request: ServiceRequest) -> Candidate:
    """What a search is told of a request."""
    described = Described(
        request.service_code,
        request.description[:COMPARED_CHARACTERS_MAX],
        request.submitted_at,
        request.building_id,
        request.position,
    )
    return Candidate(
        request.id,
        request.number,
        request.state,
        request.visibility,
        len(request.supporters),
        described,
    )


def duplicates_of(harness: Harness) -> DuplicateService:
    """The use cases over the store of a harness."""
    store = harness.store
    candidates = RequestCandidates(store) if isinstance(store, Documents) else FakeCandidates(store)
    return DuplicateService(
        store, candidates, harness.estates, harness.service_types, harness.clock
    )


async def hear_mergers(harness: Harness, service: DuplicateService, request_id: str) -> None:
    """Hand the use case every merger that stands in a request's story, as the bus would."""
    for envelope in await harness.store.story(request_id):
        if envelope.type == RequestMerged.type:
            await service.merged(RequestMerged.model_validate(envelope.data), envelope)
