"""Estates (小区): buildings (楼), entrances (单元门) and dwellings (户), and who manages them.

An id never changes its meaning. What is gone is closed and stays, for what happened there is still
asked for; its code is free for what is built in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from services.property.domain.contractor import Contractor
from services.property.domain.work_scope import WorkScope


class Management(StrEnum):
    """Who looks after the estate."""

    CONTRACTOR = "contractor"
    SELF_MANAGED = "self_managed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Dwelling:
    """One home (户)."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """One entrance of a building (单元门) and the dwellings behind it."""

    id: str
    code: str
    dwellings: tuple[Dwelling, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees, WGS84 (not GCJ-02, which Chinese maps show)."""

    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class Building:
    """One building (楼)."""

    id: str
    code: str
    entrances: tuple[Entrance, ...]
    position: Position | None = None
    floors: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of self-government (自治单元): whole buildings, or some of their entrances."""

    id: str
    code: str
    name: str
    building_ids: tuple[str, ...] = ()
    entrance_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """That something was different from what was known: the version since when, and why."""

    version: int
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate; ``contractor_id`` is the property company, there only when one manages it.

    ``closed_ids``: parts that are used no more, and with each all that is in it. ``corrections``:
    the last of them; the story has them all, without the reasons.
    """

    id: str
    community: str
    version: int
    code: str
    name: str
    management: Management
    contractor_id: str | None
    buildings: tuple[Building, ...]
    address: str | None = None
    jurisdiction_id: str | None = None
    units: tuple[Unit, ...] = ()
    closed_ids: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Home(NamedTuple):
    """Where a dwelling is: behind which entrance, and what is written on its door."""

    entrance_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What other nouns ask of an estate, as it is today.

    ``contractor_id`` is the company whose contract is in force, None without one; ``scopes`` are
    those of its contract, None where the company was never registered, which does everything.
    ``homes`` are the dwellings in use, in the order of the estate. Of ``buildings`` and entrances
    the closed ones are still there: something may happen in them.
    """

    estate_id: str
    community: str
    contractor_id: str | None
    buildings: frozenset[str]
    building_of_entrance: Mapping[str, str]
    management: Management = Management.NONE
    scopes: frozenset[WorkScope] | None = None
    committee_id: str | None = None
    homes: Mapping[str, Home] = field(default_factory=dict)

    def handles(self, scope: WorkScope) -> str | None:
        """The company whose contract this sort of work falls under; None if it is nobody's."""
        return self.contractor_id if self.scopes is None or scope in self.scopes else None


def plan_of(
    estate: Estate,
    *,
    contractor: Contractor | None = None,
    committee_id: str | None = None,
    on: date | None = None,
) -> Plan:
    """The estate as other nouns need it on this day; ``contractor``: its company's contract, if
    that was registered."""
    holds = contractor is None or on is None or contractor.holds(on)
    closed = frozenset(estate.closed_ids)
    return Plan(
        estate_id=estate.id,
        community=estate.community,
        contractor_id=estate.contractor_id if holds else None,
        buildings=frozenset(building.id for building in estate.buildings),
        building_of_entrance={
            entrance.id: building.id
            for building in estate.buildings
            for entrance in building.entrances
        },
        management=estate.management,
        scopes=None if contractor is None else frozenset(contractor.scopes),
        committee_id=committee_id,
        homes={
            dwelling.id: Home(entrance.id, dwelling.code)
            for building in estate.buildings
            for entrance in building.entrances
            for dwelling in entrance.dwellings
            if not closed & {building.id, entrance.id, dwelling.id}
        },
    )
