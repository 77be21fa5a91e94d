"""The service over HTTP, and everybody who calls it."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from services.property import api
from services.property.api import committee, contractor, estate_correction, estate_table
from services.property.api.forms import PREFIX
from services.property.api.incident import Asked
from services.property.domain.machine import SCOPES
from services.property.tests.samples import COMMUNITY, COMPANY
from services.property.tests.world import World
from shared.auth import Caller
from shared.clock import SystemClock
from shared.keys.routes import router as key_router
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, never_answered, person, web_client
from shared.web.once import Lookup

COMMITTEE, STAFF, OPS = person("committee"), person("staff"), person("ops")
DISPATCHER = person("contractor", company=COMPANY)
RESIDENT = person("resident")
STRANGERS = {
    "another company": person("contractor", company="cmp_other"),
    "a company's person of no company": person("contractor"),
    "another community's committee": person("committee", communities=("elsewhere",)),
    "another community's staff": person("staff", communities=("elsewhere",)),
    "another community's company": person(
        "contractor", company=COMPANY, communities=("elsewhere",)
    ),
}

ESTATE = {
    "code": "south",
    "name": "South yard",
    "management": "contractor",
    "contractor_id": COMPANY,
    "buildings": [
        {
            "code": "1",
            "id": "bld_1",
            "entrances": [
                {"code": "1", "dwellings": [{"code": "101", "id": "dwl_1"}, {"code": "102"}]}
            ],
        }
    ],
}
KEY = {
    "company": COMPANY,
    "scopes": sorted(SCOPES),
    "communities": [COMMUNITY],
}


LAX = Asked()


@dataclass
class Office:
    """Calls the routes; ``key`` and ``who`` say on whose behalf."""

    world: World
    client: WebClient

    async def call(
        self,
        method: str,
        path: str,
        who: Caller | None = None,
        *,
        key: str | None = None,
        json: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request below the prefix of the service."""
        sent = dict(headers or {})
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        return await self.client.call(method, f"{PREFIX}{path}", who, json=json, headers=sent)

    async def estate(self, **changes: Any) -> str:
        """An estate, registered by staff; its id."""
        reply = await self.call("POST", "/estates", STAFF, json={**ESTATE, **changes})
        assert reply.status == 201, reply.body
        return str(reply.json()["id"])

    async def key(self, **changes: Any) -> str:
        """An API key of the company, handed out by operations; its text."""
        reply = await self.call("POST", "/api-keys", OPS, json={**KEY, **changes})
        assert reply.status == 201, reply.body
        return str(reply.json()["key"])

    async def incident(self, estate_id: str, **changes: Any) -> dict[str, Any]:
        """An incident that the company's dispatcher reports."""
        body = {**incident_body(estate_id), **changes}
        reply = await self.call("POST", "/incidents", DISPATCHER, json=body)
        assert reply.status == 201, reply.body
        view: dict[str, Any] = reply.json()
        return view

    async def work_order(self, estate_id: str) -> str:
        """The work order of an incident that was reported and confirmed; its id."""
        incident = await self.incident(estate_id)
        await self.call("POST", f"/incidents/{incident['id']}/confirmation", COMMITTEE)
        await self.world.settle()
        reply = await self.call("GET", f"/work-orders?incident_id={incident['id']}", DISPATCHER)
        (order,) = reply.json()["items"]
        return str(order["id"])


def incident_body(estate_id: str, **changes: Any) -> dict[str, Any]:
    """What a company's system sends."""
    return {
        "estate_id": estate_id,
        "kind": "vehicle",
        "severity": 2,
        "text": "A van stands in the fire lane",
        "place": {"building_id": "bld_1", "note": "north side"},
        **changes,
    }


def routers(
    world: World,
    *,
    estates: Lookup = never_answered,
    incidents: Lookup = never_answered,
    work_orders: Lookup = never_answered,
    contractors: Lookup = never_answered,
    committees: Lookup = never_answered,
    asked: Asked = LAX,
) -> list[APIRouter]:
    """The routes of the service over this world."""
    return [
        MadeOnce(api.estate.router, world.estates, estates),
        estate_table.router(world.registry.tables),
        MadeOnce(estate_correction.router, world.registry.corrections, world.estates, estates),
        MadeOnce(contractor.router, world.registry.contractors, contractors),
        MadeOnce(committee.router, world.registry.committees, committees),
        MadeOnce(api.incident.router, world.incidents, world.planned, incidents, asked),
        MadeOnce(api.incident_batch.router, world.batches),
        MadeOnce(api.bulletin.router, world.bulletins),
        MadeOnce(api.work_order.router, world.work_orders, work_orders),
        MadeOnce(api.work_doing.router, world.work_orders, world.work_doing, work_orders),
        MadeOnce(api.shown_photo.of_work, world.work_orders, world.photos),
        MadeOnce(api.roster.router, world.rosters, never_answered),
        MadeOnce(api.photo.router, world.photos),
        MadeOnce(_keys, world.api_keys),
    ]


def _keys(service: Any) -> APIRouter:
    return key_router(service, "property")


def office(world: World) -> Office:
    """The service over HTTP, without kept answers; its clock stands at the present."""
    world.clock.moment = SystemClock().now()
    return Office(world, web_client(*routers(world), ring=world.keys))
