"""Who calls in the tests, what there is to call for, and every route with what it takes."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from services.notifications.api import delivery, endpoint
from services.notifications.domain.delivery import Status
from services.notifications.tests.rig import Rig, event
from shared.auth import Caller
from shared.testing_web import COMMUNITY, Reply, Route, WebClient, english, person, web_client

BASE = "/api/notifications/v1"
URL = "http://127.0.0.1:9/hook"
ENDPOINT: dict[str, Any] = {
    "url": URL,
    "description": "管委会",
    "event_types": ["property."],
    "ordered": True,
}


def caller(role: str, community: str = COMMUNITY) -> Caller:
    """A caller by role."""
    return person(role, communities=(community,))


ROUTES = (
    Route("POST", "/endpoints", body=ENDPOINT),
    Route("GET", "/endpoints"),
    Route("GET", "/endpoints/{id}"),
    Route("GET", "/endpoints/{id}/story"),
    Route("POST", "/endpoints/{id}/pause", versioned=True),
    Route("POST", "/endpoints/{id}/resumption", versioned=True),
    Route("POST", "/endpoints/{id}/secret-rotation", body={"overlap_hours": 1}, versioned=True),
    Route("POST", "/endpoints/{id}/test"),
    Route("DELETE", "/endpoints/{id}", versioned=True),
    Route("GET", "/deliveries"),
    Route("GET", "/deliveries/{id}"),
    Route("POST", "/deliveries/{id}/redelivery"),
)
"""Every route of the service."""


@dataclass
class World:
    """One endpoint and one delivery that has ended, behind a client."""

    client: WebClient
    rig: Rig
    ids: dict[str, str] = field(default_factory=dict)

    async def fill(self) -> None:
        """The delivery is held, so that no worker is needed to let it rest."""
        made, _ = await self.rig.endpoint(URL, event_types=("property.",))
        await self.rig.fan_out.hear(event())
        await self.rig.endpoints.pause(self.rig.target(made))
        await self.rig.settlement.settle(made.id)
        (held,) = await self.rig.deliveries(status=Status.HELD.value)
        self.ids = {"endpoints": made.id, "deliveries": held.id}

    def path(self, route: Route) -> str:
        """The route's path to the thing that is there."""
        return route.at(BASE, self.ids)

    async def call(self, route: Route, who: Caller | None, **headers: str) -> Reply:
        """Call a route as somebody."""
        path = self.path(route)
        return await self.client.call(
            route.method, path, who, json=route.body, headers=english(**headers)
        )

    async def get(self, path: str, who: Caller | None = None) -> Reply:
        """GET, as the committee if not told."""
        return await self.client.call("GET", BASE + path, who or caller("committee"))

    async def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        """POST as the committee; headers by keyword."""
        who = caller("committee")
        return await self.client.call(
            "POST", BASE + path, who, json=body, headers=english(**headers)
        )

    async def delete(self, path: str) -> Reply:
        """DELETE as the committee."""
        return await self.client.call("DELETE", BASE + path, caller("committee"))


def routers(rig: Rig) -> list[APIRouter]:
    """All routes over these use cases."""
    return [endpoint.router(rig.endpoints, rig.store.answered), delivery.router(rig.log)]


async def world_of(rig: Rig) -> World:
    """A world with something in it."""
    world = World(web_client(*routers(rig)), rig)
    await world.fill()
    return world
