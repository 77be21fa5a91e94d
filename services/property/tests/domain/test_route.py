"""Routes, and where their checkpoints stand."""

from dataclasses import replace

import pytest

from services.property.domain import route as domain
from services.property.domain.estate import Position
from services.property.domain.place import Spot
from services.property.domain.route import CHECKPOINTS_MAX, Checkpoint, Drawing
from services.property.tests.patrol_samples import BACK, CHECKPOINTS, DRAWING, GATE, route
from services.property.tests.samples import plan
from shared.errors import Invalid, WrongState

A = Checkpoint("A", "Somewhere")


def test_a_checkpoint_knows_its_building_by_its_entrance() -> None:
    assert [each.spot.building_id for each in route().checkpoints] == [None, "bld_1", "bld_2"]


def test_a_route_that_is_drawn_anew_is_the_same_route() -> None:
    after, events = domain.change(route(), plan(), Drawing("Short", CHECKPOINTS[:1]))
    assert (after.id, len(after.checkpoints)) == (route().id, 1)
    assert events[0].type == "property.route.changed.v1"


def test_a_retired_route_is_neither_drawn_anew_nor_retired_again() -> None:
    retired, _ = domain.retire(route())
    with pytest.raises(WrongState):
        domain.change(retired, plan(), DRAWING)
    with pytest.raises(WrongState):
        domain.retire(retired)


def test_a_hundred_and_eleven_metres_are_a_thousandth_of_a_degree_to_the_north() -> None:
    assert domain.metres_off(replace(A, spot=Spot(position=GATE)), BACK) == 111


@pytest.mark.parametrize(
    ("checkpoints", "code", "pointer"),
    [
        ((), "route.checkpoints", "/checkpoints"),
        ((A,) * (CHECKPOINTS_MAX + 1), "route.checkpoints", "/checkpoints"),
        ((A, replace(A, code="b b")), "route.code", "/checkpoints/1/code"),
        ((A, A), "route.code_twice", "/checkpoints/1/code"),
        ((replace(A, tolerance_metres=9),), "route.tolerance", "/checkpoints/0/tolerance_metres"),
        ((replace(A, tolerance_metres=501),), "route.tolerance", "/checkpoints/0/tolerance_metres"),
        (
            (replace(A, spot=Spot(building_id="bld_9")),),
            "place.building_unknown",
            "/checkpoints/0/building_id",
        ),
        (
            (replace(A, spot=Spot("bld_2", "ent_11")),),
            "place.entrance_unknown",
            "/checkpoints/0/entrance_id",
        ),
        (
            (replace(A, spot=Spot(position=Position(0, 0))),),
            "place.position",
            "/checkpoints/0/position",
        ),
        (
            (replace(A, spot=Spot(position=Position(116.4, 39.9))),),
            "place.position",
            "/checkpoints/0/position",
        ),
    ],
)
def test_a_drawing_that_is_wrong_is_refused_at_its_place(
    checkpoints: tuple[Checkpoint, ...], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        domain.draw(plan(), Drawing("Round", checkpoints), id="rou_1")
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, pointer)
