"""What requests knows of an estate (小区), as property told it: where one may ask for something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.requests.domain.contract import Contract
from services.requests.domain.place import Position, metres_between
from shared.errors import Invalid

NEAR_METRES = 2_000
"""What is farther from every building of an estate is another estate's, or was told in other
degrees."""


@dataclass(frozen=True, slots=True)
class Site:
    """A building of an estate: what is written on it and, as far as it was told, where it is."""

    code: str
    position: Position | None = None
    closed: bool = False
    """Used no more: nothing new is asked for there."""


@dataclass(frozen=True, slots=True)
class Estate:
    """A copy of property's estate; ``sequence`` is the version that property told of.

    ``dwelling_ids`` are the dwellings in use; ``buildings`` and ``sites`` hold what is closed, too,
    for what was asked for there before.
    """

    id: str
    community: str
    sequence: int
    dwelling_ids: frozenset[str]
    buildings: Mapping[str, str] = field(default_factory=dict)
    """The building of each dwelling."""
    has_contractor: bool = True
    """Whether a property company manages it; so it was with all before it was told."""
    name: str = ""
    """What people call it; empty where it was not told."""
    sites: Mapping[str, Site] = field(default_factory=dict)
    """Its buildings by their ids."""
    contractor_id: str | None = None
    """Its property company; None also where that was told before companies were named here."""
    contract: Contract | None = None
    """What its company has agreed to do; None where nobody registered that: it does everything."""

    def has_company_for(self, scope: str, on: date) -> bool:
        """Whether a property company does this sort of work here on that day."""
        return self.has_contractor and (self.contract is None or self.contract.covers(scope, on))

    def has_buildings(self, building_ids: Iterable[str]) -> bool:
        """Whether all of these are its own, as far as it was told."""
        return set(building_ids) <= {*self.sites, *self.buildings.values()}

    def building_of(self, dwelling_id: str | None) -> str | None:
        """The building that a dwelling is in, as far as it was told."""
        return self.buildings.get(dwelling_id) if dwelling_id else None


@dataclass(frozen=True, slots=True)
class Outline:
    """What strangers may know of an estate: its name and where its buildings are."""

    id: str
    name: str
    sites: Mapping[str, Site]


def is_open(sites: Mapping[str, Site], building_id: str) -> bool:
    """Whether there is such a building, and it is in use."""
    site = sites.get(building_id)
    return site is not None and not site.closed


def found(estate: Estate | None) -> Estate:
    """The estate; ``Invalid`` if there is none."""
    if estate is None:
        raise Invalid("estate.unknown", pointer="/estate_id")
    return estate


def admit(estate: Estate | None, *, communities: Iterable[str], dwelling_id: str | None) -> Estate:
    """The estate, if a caller of these communities may ask for something there.

    ``Invalid`` if there is no such estate or it is another community's (the two are not told
    apart), or if the dwelling is none of its dwellings.
    """
    estate = found(estate)
    if estate.community not in communities:
        raise Invalid("estate.unknown", pointer="/estate_id")
    if dwelling_id is not None and dwelling_id not in estate.dwelling_ids:
        raise Invalid("dwelling.unknown", pointer="/dwelling_id")
    return estate


def locate(estate: Estate, *, building_id: str | None, position: Position | None) -> None:
    """Passes if a building is one of the estate's and a point lies in it or near it.

    As far as property has told: where none of its buildings stands is known, any point will do.
    ``Invalid``.
    """
    if building_id is not None and not is_open(estate.sites, building_id):
        raise Invalid("building.unknown", pointer="/building_id")
    standing = [site.position for site in estate.sites.values() if site.position is not None]
    if position is None or not standing:
        return
    if min(metres_between(position, each) for each in standing) > NEAR_METRES:
        raise Invalid("position.far", pointer="/position", metres=NEAR_METRES)
