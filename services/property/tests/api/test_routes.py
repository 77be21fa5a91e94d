"""Every route: nobody, the wrong scope, the right one."""

import pytest
from fastapi.routing import APIRoute

from services.property.api.forms import PREFIX
from services.property.tests.api.office import Office, routers
from services.property.tests.samples import COMMUNITY
from services.property.tests.world import fake_world
from shared.auth import Caller
from shared.testing_web import person
from shared.web.routes import scope_of

SCOPES = {
    "POST /estates": "property:estate:write",
    "GET /estates": "property:estate:read",
    "GET /estates/{estate_id}": "property:estate:read",
    "GET /estates/{estate_id}/story": "property:estate:write",
    "PATCH /estates/{estate_id}": "property:estate:write",
    "PUT /estates/{estate_id}/units": "property:estate:write",
    "POST /estates/{estate_id}/parts": "property:estate:write",
    "GET /estates/{estate_id}/parts": "property:estate:read",
    "PATCH /estates/{estate_id}/parts/{part_id}": "property:estate:write",
    "POST /estates/{estate_id}/parts/{part_id}/closure": "property:estate:write",
    "POST /estates/{estate_id}/parts/imports": "property:estate:write",
    "POST /estates/{estate_id}/parts/{part_id}/reopening": "property:estate:write",
    "GET /estates/{estate_id}/corrections": "property:estate:write",
    "POST /contractors": "property:contractor:write",
    "GET /contractors": "property:contractor:read",
    "GET /contractors/{record_id}": "property:contractor:read",
    "PATCH /contractors/{record_id}": "property:contractor:write",
    "POST /contractors/{record_id}/ending": "property:contractor:write",
    "POST /contractors/{record_id}/renewal": "property:contractor:write",
    "GET /contractors/{record_id}/contacts": "property:contractor:call",
    "GET /contractors/{record_id}/readings": "property:contractor:write",
    "GET /contractors/{record_id}/story": "property:contractor:read",
    "POST /committees": "property:committee:write",
    "GET /committees": "property:committee:read",
    "GET /committees/{committee_id}": "property:committee:read",
    "PUT /committees/{committee_id}": "property:committee:write",
    "POST /committees/{committee_id}/dissolution": "property:committee:write",
    "GET /committees/{committee_id}/story": "property:committee:read",
    "POST /incidents": "property:incident:report",
    "GET /incidents": "property:incident:read",
    "GET /incidents/{incident_id}": "property:incident:read",
    "GET /incidents/{incident_id}/story": "property:incident:read",
    "POST /incidents:batch": "property:incident:report",
    "GET /incidents/{incident_id}/affected": "property:incident:read",
    "POST /incidents/{incident_id}/announcement": "property:incident:manage",
    "POST /incidents/{incident_id}/activation": "property:incident:manage",
    "POST /incidents/{incident_id}/cancellation": "property:incident:manage",
    "POST /incidents/{incident_id}/restoration": "property:incident:manage",
    "GET /bulletins": "property:bulletin:read",
    "GET /bulletins/{bulletin_id}": "property:bulletin:read",
    "POST /incidents/{incident_id}/confirmation": "property:incident:confirm",
    "POST /incidents/{incident_id}/dismissal": "property:incident:confirm",
    "POST /incidents/{incident_id}/closure": "property:incident:close",
    "GET /work-orders": "property:work_order:read",
    "GET /work-orders/{work_order_id}": "property:work_order:read",
    "GET /work-orders/{work_order_id}/story": "property:work_order:read",
    "POST /work-orders/{work_order_id}/assignment": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/offer": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/offer-end": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/rotation": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/taking": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/refusal": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/pause": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/resumption": "property:work_order:manage",
    "GET /work-orders/{work_order_id}/photos/{photo_id}/content": "property:work_order:read",
    "GET /rosters": "property:roster:read",
    "PUT /estates/{estate_id}/rosters/{scope}": "property:roster:manage",
    "POST /work-orders/{work_order_id}/receipt": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/start": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/completion": "property:work_order:manage",
    "POST /work-orders/{work_order_id}/acceptance": "property:work_order:accept",
    "POST /work-orders/{work_order_id}/return": "property:work_order:accept",
    "POST /work-orders/{work_order_id}/cancellation": "property:work_order:accept",
    "POST /photos": "property:photo:upload",
    "GET /photos/{photo_id}/content": "property:photo:read",
    "POST /api-keys": "property:api_key:manage",
    "GET /api-keys": "property:api_key:manage",
    "DELETE /api-keys/{public_id}": "property:api_key:manage",
}
EVERY_SCOPES = frozenset(SCOPES.values())


def test_each_route_asks_for_its_scope() -> None:
    found = {
        f"{method} {route.path.removeprefix(PREFIX)}": scope_of(route)
        for router in routers(fake_world())
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert found == SCOPES


@pytest.mark.parametrize(("route", "scope"), SCOPES.items())
async def test_a_route_is_closed_without_its_scope_and_open_with_it(
    office: Office, route: str, scope: str
) -> None:
    method, path = route.split(" ")
    everything_else = Caller("per_x", communities=(COMMUNITY,), scopes=EVERY_SCOPES - {scope})
    it_alone = Caller("per_x", communities=(COMMUNITY,), scopes=frozenset({scope}))

    assert (await office.call(method, path)).status == 401
    assert (await office.call(method, path, everything_else)).status == 403
    assert (await office.call(method, path, it_alone)).status in {200, 404, 422}


async def test_a_resident_sees_the_estate_and_nothing_of_the_company_s(office: Office) -> None:
    resident = person("resident")
    assert (await office.call("GET", "/estates", resident)).status == 200
    assert (await office.call("GET", "/incidents", resident)).status == 403
    assert (await office.call("GET", "/work-orders", resident)).json()["items"] == []
    assert (await office.call("GET", "/api-keys", resident)).status == 403
