"""Service types over HTTP."""

from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.tests.api.callers import get
from shared.testing_web import WebClient

PATH = "/api/requests/v1/service-types"


async def test_all_service_types_are_shown_in_both_languages(client: WebClient) -> None:
    items = (await get(client, PATH, "resident")).json()["items"]

    assert {item["service_code"] for item in items} == set(SERVICE_TYPES)
    assert {
        "service_code": "care.shopping",
        "name": {"zh": "代购代拎", "en": "Shopping carried along"},
        "group": "care",
        "sla_class": "7d",
        "handler": "care",
        "visibility": "staff",
    } in items


async def test_service_types_are_for_those_who_are_known(client: WebClient) -> None:
    assert (await client.call("GET", PATH)).status == 401
