"""Keeping pairing's copy of the estates that property tells of."""

from collections.abc import Sequence, Set
from typing import Protocol

from services.pairing.domain.estate import Estate
from services.pairing.domain.whereabouts import Place, places_of
from shared.envelope import Envelope
from shared.events.property import EstateFacts

ESTATES_AT_ONCE = 5
"""Each bears all of its dwellings."""


class Estates(Protocol):
    """The copies, kept by their newest sequence."""

    async def keep(self, estate: Estate) -> None:
        """Keep this copy unless a newer one is there; ``Unavailable``."""

    async def community_of(self, dwelling_id: str) -> str | None:
        """The community of the estate on which the dwelling stands; None if it is unknown, or used
        no more."""

    async def places(self, community: str, ids: Sequence[str]) -> frozenset[str]:
        """Those of these ids that are buildings or entrances in use in the
        community."""

    async def estate_of(self, dwelling_id: str) -> str | None:
        """The estate on which the dwelling stands; None if it is unknown."""

    async def in_community(self, community: str, *, after: str, limit: int) -> list[Estate]:
        """The community's estates with greater ids than ``after``, by id."""


async def places_in(estates: Estates, community: str, wanted: Set[str]) -> dict[str, Place]:
    """Where these dwellings are, by their ids; those that the community has not are left out."""
    places: dict[str, Place] = {}
    after = ""
    while found := await estates.in_community(community, after=after, limit=ESTATES_AT_ONCE):
        for estate in found:
            there = places_of(estate)
            places |= {each: place for each, place in there.items() if each in wanted}
        after = found[-1].id
    return places


class EstateService:
    """What pairing does when it hears of estates."""

    def __init__(self, estates: Estates) -> None:
        self._estates = estates

    async def on_estate_told(self, event: EstateFacts, envelope: Envelope) -> None:
        """Keep a copy; a repeat or an older telling changes nothing."""
        estate = Estate(
            id=event.estate_id,
            community=envelope.community,
            sequence=envelope.sequence,
            buildings=event.buildings,
            dwelling_ids=event.dwelling_ids,
            closed_ids=event.closed_ids,
        )
        await self._estates.keep(estate)
