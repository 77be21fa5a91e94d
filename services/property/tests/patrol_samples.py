"""A route through the estate, a plan to walk it, what is found on the way, and a lift."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.property.domain.estate import Position
from services.property.domain.facility import Facility, FacilityKind, FacilityState
from services.property.domain.patrol import Patrol, plan_round
from services.property.domain.patrol_plan import PatrolPlan, Rounds, make, wanted
from services.property.domain.patrol_record import Passing, Sighting
from services.property.domain.place import Spot
from services.property.domain.route import Checkpoint, Drawing, Route, draw
from services.property.domain.timetable import Timetable
from services.property.domain.upkeep import Duty, UpkeepKind
from services.property.domain.work_scope import WorkScope
from services.property.tests.samples import COMMUNITY, COMPANY, NOW, plan

GATE = Position(39.9, 116.4)
BACK = Position(39.901, 116.4)
"""111 metres north of the gate."""
FAR = Position(39.95, 116.4)

CHECKPOINTS = (
    Checkpoint("GATE", "Main gate", Spot(position=GATE)),
    Checkpoint("GARAGE", "Garage, level -2", Spot(building_id="bld_1")),
    Checkpoint("BACK", "Back gate", Spot(entrance_id="ent_21", position=BACK)),
)
DRAWING = Drawing("Night round", CHECKPOINTS, ordered=True)
NIGHTLY = Rounds(Timetable("FREQ=DAILY", date(2026, 11, 24), ("22:00", "02:00")), 60)
OPENS = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""22:00 in Beijing."""
CLOSES = OPENS + timedelta(hours=1)
MINUTE = timedelta(minutes=1)

ROUTE_ID, PLAN_ID = "rou_01KATESTTESTTESTTESTTEST01", "pln_01KATESTTESTTESTTESTTEST01"
PATROL_ID = "ptl_01KATESTTESTTESTTESTTEST01"


def route(**changes: Any) -> Route:
    """The route, as committed."""
    drawn, _ = draw(plan(), DRAWING, id=ROUTE_ID)
    return replace(drawn, version=1, **changes)


def patrol_plan(rounds: Rounds = NIGHTLY, **changes: Any) -> PatrolPlan:
    """The plan, as committed."""
    made, _ = make(route(), rounds, id=PLAN_ID, at=NOW, handler=COMPANY)
    return replace(made, version=1, **changes)


def patrol(**changes: Any) -> Patrol:
    """Its first round."""
    owner = patrol_plan()
    first = wanted(owner, since=NOW)[0]
    planned, _ = plan_round(owner, first, id=PATROL_ID, handler=COMPANY)
    return replace(planned, version=1, **changes)


def passing(code: str, minutes: int = 5, **changes: Any) -> Passing:
    """A checkpoint passed so many minutes after the round opened, on the very spot."""
    spot = next((each.spot for each in CHECKPOINTS if each.code == code), Spot())
    taken = OPENS + minutes * MINUTE
    return replace(Passing(f"rec_{code}", code, taken, spot.position), **changes)


def sighting(**changes: Any) -> Sighting:
    """A lamp is broken at the back gate."""
    whole = Sighting(
        "fnd_1", WorkScope.REPAIR, 3, "The lamp is broken", OPENS + 9 * MINUTE, code="BACK"
    )
    return replace(whole, **changes)


def facility(**changes: Any) -> Facility:
    """A lift, as committed."""
    whole = Facility(
        id="fac_01KATESTTESTTESTTESTTEST01",
        community=COMMUNITY,
        version=1,
        state=FacilityState.IN_SERVICE,
        estate_id="est_1",
        kind=FacilityKind.LIFT,
        code="L-1",
        title="Lift of building 1",
        place=Spot("bld_1", "ent_11"),
        since=NOW,
    )
    return replace(whole, **changes)


def duty(**changes: Any) -> Duty:
    """The lift is kept up every fortnight, as the rule for lifts asks (TSG T5002-2017)."""
    fortnightly = Timetable("FREQ=WEEKLY;INTERVAL=2", date(2026, 11, 25), ("09:00",))
    whole = Duty(UpkeepKind.UPKEEP, "Fortnightly upkeep", WorkScope.REPAIR, 2, fortnightly)
    return replace(whole, **changes)
