"""The copy of who lives where: heard from property's desk, asked when somebody answers."""

from typing import Protocol

from services.requests.domain.residence import Residence
from shared.envelope import Envelope
from shared.events.property_parking import OccupancyConfirmed, OccupancyEnded
from shared.store import Page

HOMES_MAX = 50
"""Homes of one person in one estate that are looked at."""


class Residences(Protocol):
    """Where the copies are kept. Each: ``Unavailable``."""

    async def put(self, residence: Residence) -> None:
        """Keep it unless one of this or a later sequence is there."""

    async def homes(self, person_id: str, estate_id: str, *, limit: int) -> list[str]:
        """The dwellings of an estate that this person lives in."""

    async def of(self, person_id: str, *, cursor: str | None, limit: int) -> Page[Residence]:
        """All that this person lives in."""


class ResidenceService:
    """Knows who lives where, whatever comes twice, late or out of order."""

    def __init__(self, copies: Residences) -> None:
        self._copies = copies

    async def confirmed(self, event: OccupancyConfirmed, envelope: Envelope) -> None:
        """The desk knows that somebody lives in a dwelling."""
        if event.person_id is None or event.dwelling_id is None:
            return  # told before it said who and where
        await self._copies.put(
            Residence(
                event.occupancy_id,
                envelope.sequence,
                event.estate_id,
                event.person_id,
                event.dwelling_id,
            )
        )

    async def ended(self, event: OccupancyEnded, envelope: Envelope) -> None:
        """They live there no more: who and where is forgotten."""
        await self._copies.put(Residence(event.occupancy_id, envelope.sequence))

    async def homes(self, person_id: str, estate_id: str) -> list[str]:
        """The dwellings of an estate that this person lives in."""
        return await self._copies.homes(person_id, estate_id, limit=HOMES_MAX)
