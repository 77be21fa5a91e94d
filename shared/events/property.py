"""What the property service tells: estates, incidents and the work orders that they lead to.

Kinds, scopes and kinds of management are plain words here, not closed lists, so that a new one does
not make an older reader refuse the event. What people wrote (descriptions, notes) stays in the
service, reasons among them: they may name people, and events leave the house.
"""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.base import Event
from shared.events.property_work import WorkOrderEvent


class EntranceFacts(BaseModel):
    """One entrance (单元门) and the dwellings behind it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    entrance_id: str
    code: str
    dwelling_ids: tuple[str, ...]


class BuildingFacts(BaseModel):
    """One building (楼) and its entrances; where it stands in degrees, WGS84, if that is known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    building_id: str
    code: str
    entrances: tuple[EntranceFacts, ...]
    lat: float | None = None
    long: float | None = None
    floors: int | None = None


class UnitFacts(BaseModel):
    """A unit of self-government (自治单元): some buildings, or entrances, of an estate."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    unit_id: str
    code: str
    building_ids: tuple[str, ...] = ()
    entrance_ids: tuple[str, ...] = ()


class PlaceFacts(BaseModel):
    """Where in the estate it is, as far as it is known; no ids at all: somewhere in the open."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    building_id: str | None = None
    entrance_id: str | None = None


class EstateFacts(Event):
    """An estate (小区) whole, as it is from this event on: the newest of them is what holds.

    ``title`` is what people call it; empty in what was told before it was told. ``closed_ids``:
    buildings, entrances and dwellings that are used no more, and with each all that is in it; they
    stay among the others, for what happened there is still asked for.
    """

    estate_id: str
    code: str
    management: str
    contractor_id: str | None
    buildings: tuple[BuildingFacts, ...]
    title: str = ""
    jurisdiction_id: str | None = None
    units: tuple[UnitFacts, ...] = ()
    closed_ids: tuple[str, ...] = ()

    @property
    def dwelling_ids(self) -> tuple[str, ...]:
        """All dwellings on the estate, those in use and those that are not."""
        return dwellings_in(self.buildings)

    @property
    def in_use(self) -> tuple[BuildingFacts, ...]:
        """The buildings with what is in use of them: nothing that is closed, nor what is in it."""
        return buildings_in_use(self.buildings, self.closed_ids)


class EstateRegistered(EstateFacts):
    """An estate is known, with all its buildings, entrances and dwellings."""

    type: ClassVar[str] = "property.estate.registered.v1"


class IncidentReported(Event):
    """An incident (突发事件) was reported, by a property company's system or by a person.

    ``severity`` runs from 1 (danger to life) to 4 (least). ``contractor_id`` is None on an estate
    without a property company.
    """

    type: ClassVar[str] = "property.incident.reported.v1"

    incident_id: str
    number: str
    estate_id: str
    contractor_id: str | None
    kind: str
    severity: int
    place: PlaceFacts


class IncidentConfirmed(Event):
    """Somebody checked: the incident is real; a work order follows."""

    type: ClassVar[str] = "property.incident.confirmed.v1"

    incident_id: str
    estate_id: str
    kind: str
    severity: int
    contractor_id: str | None = None


class IncidentDismissed(Event):
    """Somebody checked: there is nothing (误报)."""

    type: ClassVar[str] = "property.incident.dismissed.v1"

    incident_id: str
    contractor_id: str | None = None


class IncidentActivated(Event):
    """Somebody is at it: its work order was assigned."""

    type: ClassVar[str] = "property.incident.activated.v1"

    incident_id: str
    contractor_id: str | None = None


class IncidentRestored(Event):
    """What was disturbed is restored: the work was accepted."""

    type: ClassVar[str] = "property.incident.restored.v1"

    incident_id: str
    contractor_id: str | None = None


class IncidentClosed(Event):
    """The incident is over and done with; it had its end at ``finished_at``."""

    type: ClassVar[str] = "property.incident.closed.v1"

    incident_id: str
    contractor_id: str | None = None
    finished_at: AwareDatetime | None = None


class WorkOrderCreated(WorkOrderEvent):
    """There is work to do, because of an incident, a resident's request or a finding, until
    ``due_at``."""

    type: ClassVar[str] = "property.work_order.created.v1"

    estate_id: str
    scope: str
    due_at: AwareDatetime


class WorkOrderAssigned(WorkOrderEvent):
    """The work was given to somebody."""

    type: ClassVar[str] = "property.work_order.assigned.v1"

    assignee_id: str


class WorkOrderAccepted(WorkOrderEvent):
    """The assignee signed for it (签收)."""

    type: ClassVar[str] = "property.work_order.accepted.v1"

    assignee_id: str | None = None


class WorkOrderStarted(WorkOrderEvent):
    """The assignee is on the spot and at work."""

    type: ClassVar[str] = "property.work_order.started.v1"

    assignee_id: str | None = None


class WorkOrderCompleted(WorkOrderEvent):
    """The assignee says that it is done; acceptance is due."""

    type: ClassVar[str] = "property.work_order.completed.v1"

    assignee_id: str | None = None


class WorkOrderWorkAccepted(WorkOrderEvent):
    """The work was accepted (验收通过) by resident or committee: ``by`` is the person's id."""

    type: ClassVar[str] = "property.work_order.work_accepted.v1"

    by: str


class WorkOrderSentBack(WorkOrderEvent):
    """The work was not accepted (返工): the assignee is at it again."""

    type: ClassVar[str] = "property.work_order.sent_back.v1"


class WorkOrderCancelled(WorkOrderEvent):
    """The work is not to be done any more; ``again``: not by this order, so another follows."""

    type: ClassVar[str] = "property.work_order.cancelled.v1"

    again: bool = False


def buildings_in_use(
    buildings: tuple[BuildingFacts, ...], closed_ids: Iterable[str]
) -> tuple[BuildingFacts, ...]:
    """These buildings without what is closed of them, nor what is in it."""
    closed = frozenset(closed_ids)
    if not closed:
        return buildings
    return tuple(_in_use(each, closed) for each in buildings if each.building_id not in closed)


def dwellings_in(buildings: Iterable[BuildingFacts]) -> tuple[str, ...]:
    """The dwellings of these buildings, in their order."""
    return tuple(
        dwelling_id
        for building in buildings
        for entrance in building.entrances
        for dwelling_id in entrance.dwelling_ids
    )


def _in_use(building: BuildingFacts, closed: frozenset[str]) -> BuildingFacts:
    entrances = tuple(
        each.model_copy(
            update={"dwelling_ids": tuple(d for d in each.dwelling_ids if d not in closed)}
        )
        for each in building.entrances
        if each.entrance_id not in closed
    )
    return building.model_copy(update={"entrances": entrances})
