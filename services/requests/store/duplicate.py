"""Open requests near a place, found in MongoDB by an index of open ones alone.

So the cost of a search is bounded by how many are looked at, whatever has piled up over the years.
"""

from collections.abc import Mapping
from typing import Any

from services.requests.domain.duplicate import COMPARED_CHARACTERS_MAX, Candidate, Described
from services.requests.domain.place import Position
from services.requests.domain.request import OPEN, RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.duplicate import Near
from shared.mongo import Documents, Index

_OPEN = {"state": {"$in": sorted(state.value for state in OPEN)}}

INDEXES = (
    Index(
        (("estate_id", 1), ("service_code", 1), ("submitted_at", -1)),
        partial=_OPEN,
        name="near_estate",
    ),
    Index(
        (("building_id", 1), ("service_code", 1), ("submitted_at", -1)),
        partial={"building_id": {"$gt": ""}, **_OPEN},
        name="near_building",
    ),
    Index((("supporters", 1), ("_id", -1)), partial={"supporters": {"$gt": ""}}, name="supporters"),
)

_SHOWN = {
    "number": 1,
    "state": 1,
    "visibility": 1,
    "service_code": 1,
    "submitted_at": 1,
    "building_id": 1,
    "position": 1,
    "description": {"$substrCP": ["$description", 0, COMPARED_CHARACTERS_MAX]},
    "supporters": {"$size": {"$ifNull": ["$supporters", []]}},
}


class RequestCandidates:
    """Keeps what ``Candidates`` promises."""

    def __init__(self, requests: Documents[ServiceRequest]) -> None:
        self._requests = requests

    async def near(self, near: Near, *, limit: int) -> list[Candidate]:
        """See ``Candidates.near``."""
        found = await self._requests.aggregate(pipeline(near, limit))
        return [_candidate(each) for each in found]


def pipeline(near: Near, limit: int) -> list[dict[str, Any]]:
    """The stages that find the newest of them."""
    place = (
        {"estate_id": near.estate_id}
        if near.building_id is None
        else {"building_id": near.building_id}
    )
    match = {
        **place,
        "community": near.community,
        "service_code": {"$in": list(near.service_codes)},
        "submitted_at": {"$gte": near.since},
        **_OPEN,
    }
    return [
        {"$match": match},
        {"$sort": {"submitted_at": -1}},
        {"$limit": limit},
        {"$project": _SHOWN},
    ]


def _candidate(found: Mapping[str, Any]) -> Candidate:
    position = found.get("position")
    return Candidate(
        id=found["_id"],
        number=found["number"],
        state=RequestState(found["state"]),
        visibility=Visibility(found["visibility"]),
        supporters=found["supporters"],
        described=Described(
            service_code=found["service_code"],
            description=found["description"],
            at=found["submitted_at"],
            building_id=found.get("building_id"),
            position=Position(**position) if position else None,
        ),
    )
