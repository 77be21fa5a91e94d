"""Every route: who may call it, from which community, on which version."""

import pytest

from services.notifications.tests.api.world import BASE, ROUTES, World, caller, routers
from shared.auth import Caller
from shared.testing_web import Route, routes_of

pytestmark = pytest.mark.mongo

ITEMS = [route for route in ROUTES if route.item]


async def test_the_table_of_these_tests_has_every_route(world: World) -> None:
    assert routes_of(BASE, routers(world.rig)) == {str(route) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_lets_nobody_in_without_its_scope(world: World, route: Route) -> None:
    everybody_else = [caller(role) for role in ("resident", "member", "branch", "staff")]
    scopeless = Caller(id="per_x", communities=("hongmiao",))

    assert (await world.call(route, None)).status == 401
    for who in (scopeless, *everybody_else):
        refused = await world.call(route, who)
        assert refused.status == 403
        assert refused.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("role", ["committee", "ops"])
@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_lets_its_roles_in(world: World, route: Route, role: str) -> None:
    answer = await world.call(route, caller(role))

    # What is not open in this state is refused for that reason, and for no other.
    assert answer.status in (200, 201, 204, 409), answer.body
    if answer.status == 409:
        assert answer.json()["code"] in ("endpoint.wrong_state", "delivery.wrong_state")


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_another_communitys_things_are_not_there(world: World, route: Route) -> None:
    answer = await world.call(route, caller("ops", "elsewhere"))

    if route.item:
        assert answer.status == 404
    elif route.method == "GET":
        assert (answer.status, answer.json()["items"]) == (200, [])
    else:
        assert answer.json()["community"] == "elsewhere"


@pytest.mark.parametrize("route", ITEMS, ids=str)
async def test_a_thing_that_never_was_is_told_apart_from_anothers_by_nothing(
    world: World, route: Route
) -> None:
    others = await world.call(route, caller("ops", "elsewhere"))
    world.ids = {"endpoints": "whe_none", "deliveries": "del_none"}
    none = await world.call(route, caller("committee"))

    assert (none.status, none.json()["code"]) == (404, others.json()["code"])


@pytest.mark.parametrize("route", [each for each in ROUTES if each.versioned], ids=str)
async def test_an_action_on_a_version_that_moved_on_is_refused(world: World, route: Route) -> None:
    committee = caller("committee")

    stale = await world.call(route, committee, if_match='"99"')
    malformed = await world.call(route, committee, if_match="W/99")

    assert (stale.status, malformed.status) == (412, 400)


@pytest.mark.parametrize("route", [each for each in ROUTES if each.body is not None], ids=str)
async def test_a_body_with_a_field_too_many_is_refused(world: World, route: Route) -> None:
    more = {**(route.body or {}), "more": 1}
    answer = await world.client.call(
        route.method, world.path(route), caller("committee"), json=more
    )

    assert answer.status == 422
