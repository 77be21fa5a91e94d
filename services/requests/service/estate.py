"""The copy of estates: heard from property, asked when somebody submits a request."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from services.requests.domain.contract import Contract
from services.requests.domain.estate import Estate, Outline, Site, admit, found, locate
from services.requests.domain.place import Position
from services.requests.domain.submission import Submission
from shared.clock import Clock
from shared.envelope import Envelope
from shared.errors import Invalid
from shared.events.property import BuildingFacts, EstateFacts, dwellings_in
from shared.events.property_estate import ContractorEnded, ContractorFacts
from shared.recent import Recent

ESTATES_REMEMBERED_MAX = 1_000
ESTATES_REMEMBERED_SECONDS = 10.0
"""How long a correction may take until every replica reckons with it."""


class EstateCopies(Protocol):
    """Where the copies are kept."""

    async def get(self, estate_id: str) -> Estate | None:
        """The copy, or None; ``Unavailable``."""

    async def put(self, estate: Estate) -> None:
        """Keep it unless one of this or a later sequence is there; ``Unavailable``."""

    async def of(self, community: str) -> list[Outline]:
        """All estates of a community, by id; ``Unavailable``."""

    async def contract(self, community: str, contractor_id: str) -> Contract | None:
        """The company's contract there, or None; ``Unavailable``."""

    async def put_contract(self, contract: Contract) -> None:
        """Keep it unless one of this or a later sequence is there; ``Unavailable``."""


class EstateService:
    """Knows every estate and dwelling that property has told of, as it told of them last.

    What is remembered is asked of the store again after seconds; a no is asked at once, since
    another process may have heard of the dwelling by now.
    """

    def __init__(self, copies: EstateCopies, clock: Clock) -> None:
        self._copies = copies
        self._known: Recent[Estate] = Recent(
            clock, seconds=ESTATES_REMEMBERED_SECONDS, size=ESTATES_REMEMBERED_MAX
        )

    async def told(self, event: EstateFacts, envelope: Envelope) -> None:
        """Property told of an estate: keep its copy, whatever comes twice, late or out of order."""
        in_use = event.in_use
        buildings = {
            dwelling_id: building.building_id
            for building in event.buildings
            for entrance in building.entrances
            for dwelling_id in entrance.dwelling_ids
        }
        standing = {building.building_id for building in in_use}
        copy = Estate(
            id=event.estate_id,
            community=envelope.community,
            sequence=envelope.sequence,
            dwelling_ids=frozenset(dwellings_in(in_use)),
            buildings=buildings,
            has_contractor=event.contractor_id is not None,
            contractor_id=event.contractor_id,
            name=event.title,
            sites={
                building.building_id: _site(building, building.building_id not in standing)
                for building in event.buildings
            },
        )
        await self._copies.put(copy)
        self._known.forget(copy.id)

    async def contracted(self, event: ContractorFacts, envelope: Envelope) -> None:
        """Property told of a company's contract: keep its copy, whatever comes twice or late."""
        copy = Contract(
            community=envelope.community,
            contractor_id=event.contractor_id,
            sequence=envelope.sequence,
            scopes=frozenset(event.scopes),
            first_on=event.contract_from,
            last_on=event.contract_to,
            ended=isinstance(event, ContractorEnded),
        )
        await self._copies.put_contract(copy)

    async def admit(
        self, estate_id: str, *, dwelling_id: str | None, communities: tuple[str, ...]
    ) -> Estate:
        """The estate in which a caller of these communities may ask for something.

        ``Invalid`` (``estate.unknown``, ``dwelling.unknown``); ``Unavailable``.
        """
        estate = await self._remembered(estate_id)
        if dwelling_id is not None and estate and dwelling_id not in estate.dwelling_ids:
            estate = await self._anew(estate_id)
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
            estate = found(await self._anew(estate.id))
            locate(estate, building_id=building_id, position=position)
        return estate

    async def must_have(self, estate_id: str, building_ids: Sequence[str]) -> None:
        """Passes if all of these are buildings of the estate; ``Invalid`` (``estate.unknown``,
        ``building.unknown``)."""
        estate = await self.known(estate_id)
        if not estate.has_buildings(building_ids):
            # What is remembered may be older than what the store has heard since.
            estate = found(await self._anew(estate_id))
        if not estate.has_buildings(building_ids):
            raise Invalid("building.unknown", pointer="/building_ids")

    async def known(self, estate_id: str) -> Estate:
        """The estate, whoever asks; ``Invalid`` (``estate.unknown``), ``Unavailable``."""
        return found(await self._remembered(estate_id))

    async def _remembered(self, estate_id: str) -> Estate | None:
        return await self._known.get(estate_id, self._read)

    async def _read(self, estate_id: str) -> Estate | None:
        """The copy, with what its company has agreed to do."""
        estate = await self._copies.get(estate_id)
        if estate is None or estate.contractor_id is None:
            return estate
        contract = await self._copies.contract(estate.community, estate.contractor_id)
        return replace(estate, contract=contract)

    async def _anew(self, estate_id: str) -> Estate | None:
        self._known.forget(estate_id)
        return await self._remembered(estate_id)


def _site(building: BuildingFacts, closed: bool) -> Site:
    if building.lat is None or building.long is None:
        return Site(building.code, closed=closed)
    return Site(building.code, Position(building.lat, building.long), closed)
