"""Every state and action of parking's nouns: what the tables allow, and what they refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.property.domain import allotment, occupancy, permit, space, vehicle, visitor
from services.property.domain.allotment import Allotment, AllotmentAction, AllotmentState, Entrant
from services.property.domain.allotment_terms import AllotmentMode, Terms
from services.property.domain.occupancy import Occupancy, OccupancyAction, OccupancyState
from services.property.domain.permit import LONGEST, Permit, PermitAction, PermitEnd, PermitKind
from services.property.domain.permit import PermitState as PState
from services.property.domain.space import Space, SpaceAction, SpaceKind, SpaceState
from services.property.domain.vehicle import Vehicle, VehicleAction, VehicleKind, VehicleState
from services.property.domain.visitor import VisitorPass, VisitorPassAction, VisitorPassState
from shared.errors import Invalid
from shared.testing import refused_by_table

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY, KEPT = timedelta(days=1), timedelta(days=30)
OCCUPANCY = Occupancy("occ_1", "hm", 1, OccupancyState.CLAIMED, "est_1", "dwl_1", "per_1", NOW)
VEHICLE = Vehicle(
    "veh_1", "hm", 1, VehicleState.CLAIMED, "est_1", "dwl_1", None, VehicleKind.CAR, "P", "d", NOW
)
SPACE = Space("spc_1", "hm", 1, SpaceState.OPEN, "est_1", "A-1", SpaceKind.STANDARD)
PERMIT = Permit(
    id="pmt_1",
    community="hm",
    version=1,
    state=PState.ISSUED,
    kind=PermitKind.TEMPORARY,
    estate_id="est_1",
    vehicle_id=None,
    dwelling_id=None,
    plate="P",
    plate_digest="d",
    space_id="spc_1",
    held_space="spc_1",
    valid_from=NOW,
    valid_to=NOW + DAY,
    alarm_at=NOW + DAY,
)
PASS = VisitorPass(
    id="vpa_1",
    community="hm",
    version=1,
    state=VisitorPassState.ISSUED,
    estate_id="est_1",
    dwelling_id="dwl_1",
    host_id="per_1",
    visitor="Z",
    plate="P",
    plate_digest="d",
    code_digest="c",
    valid_from=NOW,
    valid_to=NOW + DAY,
    alarm_at=NOW + DAY,
)
ENTRANT = Entrant("etr_1", "veh_1", "dwl_1", "per_1", NOW)
WAITING = Allotment(
    id="alt_1",
    community="hm",
    version=1,
    state=AllotmentState.OPEN,
    estate_id="est_1",
    terms=Terms(AllotmentMode.WAITING_LIST, "t", 30),
    opened_at=NOW,
    commitment=None,
    seed=None,
)
LOT = replace(
    WAITING,
    terms=Terms(AllotmentMode.DRAW, "t", 30, ("spc_1",), NOW + DAY),
    seed="0" * 64,
    entrants=(ENTRANT,),
)


def _revoked(one: Permit) -> permit.Outcome:
    return permit.revoke(one, end=PermitEnd.MISUSED, at=NOW, kept=KEPT)


def _used(one: VisitorPass) -> visitor.Outcome:
    return visitor.use(one, gate="n", at=NOW, kept=KEPT)


ACTS: dict[tuple[str, str], Any] = {
    ("occupancy", OccupancyAction.CLAIM): lambda one: occupancy.claim(one, at=NOW),
    ("occupancy", OccupancyAction.CONFIRM): lambda one: occupancy.confirm(one, at=NOW),
    ("occupancy", OccupancyAction.DECLINE): lambda one: occupancy.decline(one, at=NOW),
    ("occupancy", OccupancyAction.END): lambda one: occupancy.end(one, at=NOW),
    ("vehicle", VehicleAction.VERIFY): lambda one: vehicle.verify(one, at=NOW),
    ("vehicle", VehicleAction.DECLINE): lambda one: vehicle.decline(one, at=NOW, kept=KEPT),
    ("vehicle", VehicleAction.RETIRE): lambda one: vehicle.retire(one, at=NOW, kept=KEPT),
    ("space", SpaceAction.CLOSE): space.close,
    ("space", SpaceAction.REOPEN): space.reopen,
    ("permit", PermitAction.EXTEND): lambda one: permit.extend(one, valid_to=NOW + 2 * DAY, at=NOW),
    ("permit", PermitAction.REVOKE): lambda one: permit.revoke(
        one, end=PermitEnd.MISUSED, at=NOW, kept=KEPT
    ),
    ("visitor_pass", VisitorPassAction.USE): lambda one: visitor.use(
        one, gate="n", at=NOW, kept=KEPT
    ),
    ("visitor_pass", VisitorPassAction.REVOKE): lambda one: visitor.revoke(one, at=NOW, kept=KEPT),
    ("allotment", AllotmentAction.DRAW): lambda one: allotment.draw(one, numbers=(), at=NOW),
    ("allotment", AllotmentAction.CANCEL): allotment.cancel,
}
TABLES: dict[str, tuple[Any, Any]] = {
    "occupancy": (occupancy.TRANSITIONS, OCCUPANCY),
    "vehicle": (vehicle.TRANSITIONS, VEHICLE),
    "space": (space.TRANSITIONS, SPACE),
    "permit": (permit.TRANSITIONS, PERMIT),
    "visitor_pass": (visitor.TRANSITIONS, PASS),
    "allotment": (allotment.TRANSITIONS, LOT),
}
CASES = [
    pytest.param(noun, state, action, id=f"{noun}: {action} in {state}")
    for noun, (table, _) in TABLES.items()
    for state in table
    for action in sorted({action for row in table.values() for action in row})
    if (noun, action) in ACTS
]


@pytest.mark.parametrize(("noun", "state", "action"), CASES)
def test_an_action_leads_where_the_table_says_or_is_refused(
    noun: str, state: Any, action: Any
) -> None:
    table, one = TABLES[noun]
    after = table[state].get(action)
    if after is None:
        with refused_by_table(noun, state, action):
            ACTS[noun, action](replace(one, state=state))
        return
    changed, events = ACTS[noun, action](replace(one, state=state))
    assert changed.state is after
    assert len(events) == 1


def test_a_permit_holds_from_its_first_moment_until_before_its_last() -> None:
    assert PERMIT.holds(NOW)
    assert PERMIT.holds(NOW + DAY - timedelta(milliseconds=1))
    assert not PERMIT.holds(NOW + DAY)
    assert not PERMIT.holds(NOW - timedelta(milliseconds=1))
    assert not replace(PERMIT, state=PState.REVOKED).holds(NOW)


@pytest.mark.parametrize("kind", PermitKind)
def test_a_permit_is_as_long_as_its_kind_may_be_and_no_longer(kind: PermitKind) -> None:
    longest = replace(PERMIT, kind=kind, valid_to=NOW + LONGEST[kind])
    assert permit.issue(longest, at=NOW)[0].alarm_at == longest.valid_to
    too_long = replace(longest, valid_to=longest.valid_to + timedelta(milliseconds=1))
    with pytest.raises(Invalid, match=r"permit\.too_long"):
        permit.issue(too_long, at=NOW)
    with pytest.raises(Invalid, match=r"permit\.too_long"):
        permit.extend(longest, valid_to=too_long.valid_to, at=NOW)


def test_what_time_brings_to_a_permit_comes_in_its_order_and_once() -> None:
    assert permit.tick(PERMIT, at=NOW + DAY - timedelta(milliseconds=1), kept=KEPT) is None
    expired = permit.tick(PERMIT, at=NOW + 2 * DAY, kept=KEPT)
    assert expired is not None
    assert (expired[0].state, expired[0].held_space) == (PState.EXPIRED, None)
    assert permit.tick(expired[0], at=NOW + DAY + KEPT - DAY, kept=KEPT) is None
    forgotten = permit.tick(expired[0], at=NOW + DAY + KEPT, kept=KEPT)
    assert forgotten is not None
    assert (forgotten[0].plate, forgotten[0].plate_digest) == (None, None)
    assert permit.tick(forgotten[0], at=NOW + 900 * DAY, kept=KEPT) is None


def test_a_pass_that_is_over_bears_no_code_and_later_nobody_s_name() -> None:
    used, _ = visitor.use(PASS, gate="north", at=NOW, kept=KEPT)
    assert (used.code_digest, used.visitor) == (None, "Z")
    forgotten = visitor.tick(used, at=NOW + KEPT, kept=KEPT)
    assert forgotten is not None
    bare = forgotten[0]
    assert (bare.visitor, bare.plate, bare.plate_digest, bare.host_id) == (None,) * 4
    assert visitor.tick(bare, at=NOW + 900 * DAY, kept=KEPT) is None


def test_a_list_closes_by_the_clock_even_if_nobody_has_looked() -> None:
    late = replace(ENTRANT, vehicle_id="veh_2", dwelling_id="dwl_2", at=NOW + DAY)
    with refused_by_table("allotment", AllotmentState.CLOSED, AllotmentAction.ENTER):
        allotment.enter(LOT, late)
    with refused_by_table("allotment", AllotmentState.CLOSED, AllotmentAction.LEAVE):
        allotment.leave(LOT, entrant_id="etr_1", at=NOW + DAY)
    assert allotment.tick(LOT, at=NOW + DAY - timedelta(milliseconds=1)) is None
    closed = allotment.tick(LOT, at=NOW + DAY)
    assert closed is not None
    assert closed[0].state is AllotmentState.CLOSED


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"space_ids": ()}, "allotment.no_spaces"),
        ({"space_ids": ("spc_1", "spc_1")}, "allotment.space_twice"),
        ({"closes_at": None}, "allotment.closes_at"),
        ({"closes_at": NOW}, "allotment.closes_at"),
        ({"closes_at": NOW + 91 * DAY}, "allotment.closes_at"),
        ({"mode": AllotmentMode.WAITING_LIST}, "allotment.no_draw"),
    ],
)
def test_terms_that_cannot_be_held_to_are_refused(terms: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        allotment.open_up(replace(LOT, terms=replace(LOT.terms, **terms)))
