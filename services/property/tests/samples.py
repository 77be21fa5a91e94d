"""An estate of two buildings and what the tests put on it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.property.domain.estate import (
    Building,
    Dwelling,
    Entrance,
    Estate,
    Management,
    Plan,
    plan_of,
)
from services.property.domain.incident import Incident, IncidentKind, IncidentState, Place, Report
from services.property.domain.work_order import WorkOrder
from services.property.domain.work_scope import WorkScope
from services.property.domain.work_states import WorkOrderState

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
COMMUNITY = "hongmiao"
COMPANY = "cmp_anju"

BUILDINGS = (
    Building(
        "bld_1",
        "1",
        (
            Entrance("ent_11", "1", (Dwelling("dwl_111", "101"), Dwelling("dwl_112", "102"))),
            Entrance("ent_12", "2", (Dwelling("dwl_121", "101"),)),
        ),
    ),
    Building("bld_2", "2", (Entrance("ent_21", "1", ()),)),
)


def estate(**changes: Any) -> Estate:
    """The estate, as committed."""
    whole = Estate(
        id="est_1",
        community=COMMUNITY,
        version=1,
        code="south",
        name="South yard",
        management=Management.CONTRACTOR,
        contractor_id=COMPANY,
        buildings=BUILDINGS,
    )
    return replace(whole, **changes)


def plan(**changes: Any) -> Plan:
    """What the other nouns know of it."""
    return replace(plan_of(estate()), **changes)


def said(**changes: Any) -> Report:
    """The fire lane is blocked."""
    whole = Report(
        kind=IncidentKind.VEHICLE,
        severity=2,
        text="A van stands in the fire lane",
        place=Place(building_id="bld_1", note="north side"),
        occurred_at=NOW,
        external_ref="A-1",
    )
    return replace(whole, **changes)


def incident(state: IncidentState = IncidentState.REPORTED, **changes: Any) -> Incident:
    """That incident in some state."""
    whole = Incident(
        id="inc_01KATESTTESTTESTTESTTEST01",
        community=COMMUNITY,
        version=1,
        state=state,
        number="HM-TEST-TEST-ST01",
        estate_id="est_1",
        contractor_id=COMPANY,
        kind=IncidentKind.VEHICLE,
        severity=2,
        text="A van stands in the fire lane",
        place=Place(building_id="bld_1"),
        external_ref="A-1",
        occurred_at=NOW,
        reported_at=NOW,
    )
    return replace(whole, **changes)


def work_order(state: WorkOrderState = WorkOrderState.CREATED, **changes: Any) -> WorkOrder:
    """The work order of that incident in some state."""
    whole = WorkOrder(
        id="wor_01KATESTTESTTESTTESTTEST01",
        community=COMMUNITY,
        version=1,
        state=state,
        incident_id="inc_01KATESTTESTTESTTESTTEST01",
        request_id=None,
        estate_id="est_1",
        contractor_id=COMPANY,
        scope=WorkScope.VEHICLES,
        severity=2,
        due_at=NOW,
    )
    return replace(whole, **changes)
