"""Every route: who may call it, from which community, on which version."""

import pytest

from services.pairing.tests.api.world import (
    BASE,
    OF_ONESELF,
    ROUTES,
    World,
    caller,
    everything,
    routers,
)
from services.pairing.tests.harness import Harness, fake_backing
from shared.auth import Caller
from shared.testing_web import Route, routes_of

ACTIONS = [route for route in ROUTES if route.method != "GET" and route.item]


def test_the_table_of_these_tests_has_every_route() -> None:
    made = routes_of(BASE, routers(Harness(fake_backing())))
    assert made == {str(route) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_wants_a_known_caller_with_its_scope(world: World, route: Route) -> None:
    nobody = await world.call(route, None)
    scopeless = await world.call(route, Caller(id="per_x", communities=("hongmiao",)))
    stranger = await world.call(route, caller("contractor"))

    assert (nobody.status, scopeless.status, stranger.status) == (401, 403, 403)
    assert stranger.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_a_route_lets_its_role_in(world: World, route: Route) -> None:
    answer = await world.call(route, caller(route.role))

    # What is not open in this state is refused for that reason, and for no other.
    assert answer.status in (200, 201, 409), answer.body
    if answer.status == 409:
        assert answer.json()["code"] in (
            "household.not_left",
            "person.wrong_state",
            "pairing.wrong_state",
            "pairing.exists",
            "pairing.not_resting",
            "care_task.wrong_state",
            "contribution.wrong_state",
            "member.wrong_state",
            "post.not_held",
            "team.not_joined",
            "exemplar.nothing_confirmed",
        )


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_another_communitys_things_are_not_there(world: World, route: Route) -> None:
    answer = await world.call(route, everything("elsewhere"))

    if route.item:
        assert answer.status == 404
        assert answer.json()["code"] == "store.not_found"
    elif route.method == "GET" and route.path not in OF_ONESELF:
        assert answer.status == 200
        # There is a branch of its own; of ours, nothing.
        assert {each.get("community") for each in answer.json()["items"]} <= {"elsewhere"}


@pytest.mark.parametrize("route", ACTIONS, ids=str)
async def test_an_action_on_a_version_that_moved_on_is_refused(world: World, route: Route) -> None:
    who = caller(route.role)

    stale = await world.call(route, who, if_match='"99"')
    malformed = await world.call(route, who, if_match="W/99")

    assert (stale.status, malformed.status) == (412, 400)


@pytest.mark.parametrize("route", ACTIONS, ids=str)
async def test_a_thing_that_never_was_is_not_found(world: World, route: Route) -> None:
    world.ids = dict.fromkeys(world.ids, "xxx_none")

    answer = await world.call(route, everything("hongmiao"), if_match='"1"')

    assert answer.status == 404


@pytest.mark.parametrize("route", [route for route in ROUTES if route.body is not None], ids=str)
async def test_a_body_with_a_field_too_many_or_none_is_refused(world: World, route: Route) -> None:
    who = caller(route.role)
    path = world.path(route)

    extra = await world.client.call(route.method, path, who, json={**(route.body or {}), "more": 1})
    empty = await world.client.call(route.method, path, who, json={})

    assert (extra.status, empty.status) == (422, 422)
