"""The copy of estates: heard from property, asked when somebody submits a request."""

from collections.abc import Sequence
from typing import Protocol

from services.requests.domain.estate import Estate, Outline, Site, admit, found, locate
from services.requests.domain.place import Position
from services.requests.domain.submission import Submission
from shared.envelope import Envelope
from shared.errors import Invalid
from shared.events.property import BuildingFacts, EstateRegistered

ESTATES_REMEMBERED_MAX = 1_000


class EstateCopies(Protocol):
    """Where the copies are kept."""

    async def get(self, estate_id: str) -> Estate | None:
        """The copy, or None; ``Unavailable``."""

    async def put(self, estate: Estate) -> None:
        """Keep it unless one of this or a later sequence is there; ``Unavailable``."""

    async def of(self, community: str) -> list[Outline]:
        """All estates of a community, by id; ``Unavailable``."""


class EstateService:
    """Knows every estate and dwelling that property has told of.

    A yes is remembered: nothing takes a dwelling away again, so it stays true. A no is always asked
    of the store, since another process may have heard of the dwelling by now.
    """

    def __init__(self, copies: EstateCopies) -> None:
        self._copies = copies
        self._known: dict[str, Estate] = {}

    async def registered(self, event: EstateRegistered, envelope: Envelope) -> None:
        """Property told of an estate: keep its copy, whatever comes twice, late or out of order."""
        buildings = {
            dwelling_id: building.building_id
            for building in event.buildings
            for entrance in building.entrances
            for dwelling_id in entrance.dwelling_ids
        }
        copy = Estate(
            id=event.estate_id,
            community=envelope.community,
            sequence=envelope.sequence,
            dwelling_ids=frozenset(event.dwelling_ids),
            buildings=buildings,
            has_contractor=event.contractor_id is not None,
            name=event.title,
            sites={building.building_id: _site(building) for building in event.buildings},
        )
        await self._copies.put(copy)

    async def admit(
        self, estate_id: str, *, dwelling_id: str | None, communities: tuple[str, ...]
    ) -> Estate:
        """The estate in which a caller of these communities may ask for something.

        ``Invalid`` (``estate.unknown``, ``dwelling.unknown``); ``Unavailable``.
        """
        estate = self._known.get(estate_id)
        if estate is None or not (dwelling_id is None or dwelling_id in estate.dwelling_ids):
            estate = await self._copies.get(estate_id)
            self._remember(estate)
        return admit(estate, communities=communities, dwelling_id=dwelling_id)

    async def of(self, submission: Submission, *, communities: tuple[str, ...]) -> Estate:
        """The estate in which something is asked for, as for ``admit``; ``Invalid`` also for a
        building that is none of its own, and for a point that is not near it."""
        estate = await self.admit(
            submission.estate_id, dwelling_id=submission.dwelling_id, communities=communities
        )
        building_id, position = submission.building_id, submission.position
        if building_id is None and position is None:
            return estate
        try:
            locate(estate, building_id=building_id, position=position)
        except Invalid:
            # What is remembered may be older than what the store has heard since.
            estate = found(await self._copies.get(estate.id))
            self._remember(estate)
            locate(estate, building_id=building_id, position=position)
        return estate

    async def must_have(self, estate_id: str, building_ids: Sequence[str]) -> None:
        """Passes if all of these are buildings of the estate; ``Invalid`` (``estate.unknown``,
        ``building.unknown``)."""
        estate = await self.known(estate_id)
        if not estate.has_buildings(building_ids):
            # What is remembered may be older than what the store has heard since.
            estate = found(await self._copies.get(estate_id))
            self._remember(estate)
        if not estate.has_buildings(building_ids):
            raise Invalid("building.unknown", pointer="/building_ids")

    async def known(self, estate_id: str) -> Estate:
        """The estate, whoever asks; ``Invalid`` (``estate.unknown``), ``Unavailable``."""
        estate = self._known.get(estate_id) or await self._copies.get(estate_id)
        self._remember(estate)
        return found(estate)

    def _remember(self, estate: Estate | None) -> None:
        if estate is None:
            return
        if len(self._known) >= ESTATES_REMEMBERED_MAX:
            self._known.clear()
        self._known[estate.id] = estate


def _site(building: BuildingFacts) -> Site:
    if building.lat is None or building.long is None:
        return Site(building.code)
    return Site(building.code, Position(building.lat, building.long))
