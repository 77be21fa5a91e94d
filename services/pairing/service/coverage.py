"""How a community is covered: counted when asked after a change, and kept until the next one.

What changes coverage is heard and only marks the community (``docs/decisions``): so an event that
comes twice, late or out of order leaves the figures right, and a thousand of them cost one count.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from services.pairing.domain.coverage import Facts, Level, Total, Unit, count, place, totals
from services.pairing.domain.coverage_goals import DEFAULT_GOALS, CoverageGoals, change
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import Malformed, NotFound
from shared.events import Event
from shared.store import Order, Page, Place, Store, check_seen

BY_PLACE = Order((("level", 1),), ids=1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is kept of a community: its sums as counted when ``counted`` changes were known."""

    community: str
    changes: int
    counted: int = 0
    goals_version: int = 1
    totals: tuple[Total, ...] = ()
    parts: int = field(default=0, compare=False)
    """In so many records its units are kept."""

    @property
    def fresh(self) -> bool:
        """Whether nothing changed since it was counted."""
        return self.counted == self.changes


class Counts(Protocol):
    """Where marks and counts are kept; each ``Unavailable``."""

    async def mark(self, community: str) -> Sums:
        """One more change that is not counted yet; what is kept of the community now."""

    async def sums(self, community: str) -> Sums | None:
        """The sums kept last; None for a community of which nothing was ever heard."""

    async def page(
        self, communities: Sequence[str], *, after: str | None, limit: int
    ) -> list[Sums]:
        """The sums of these communities that follow ``after``, by community."""

    async def units(self, sums: Sums) -> list[Unit] | None:
        """The units that these sums were counted with; None if they are not whole."""

    async def keep(self, sums: Sums, units: Sequence[Unit]) -> None:
        """Keep a count, unless one of later changes is there."""


class Sources(Protocol):
    """What coverage is counted from, read anew; ``Unavailable``."""

    async def facts(self, community: str) -> Facts:
        """All estates, members, care households and active pairings of the community."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A community's sums, and some of its units; ``next_cursor`` asks for more of them."""

    sums: Sums
    units: list[Unit]
    next_cursor: str | None


class CoverageService:
    """The use cases; each ``Unavailable``."""

    def __init__(self, counts: Counts, sources: Sources, goals: Store[CoverageGoals]) -> None:
        self._counts = counts
        self._sources = sources
        self._goals = goals

    async def of(
        self,
        community: str,
        *,
        levels: Collection[Level],
        missing_only: bool,
        cursor: str | None,
        limit: int,
    ) -> Coverage:
        """The coverage of a community, with a page of its units of these levels.

        ``Malformed`` for a cursor that no page gave.
        """
        after = None if cursor is None else _place(cursor)
        sums, units = await self._counted(community)
        wanted = [
            unit
            for unit in units
            if unit.level in levels
            and (unit.missing or not missing_only)
            and (after is None or place(unit) > after)
        ]
        shown = wanted[:limit]
        more = len(wanted) > limit
        return Coverage(sums, shown, _cursor(shown[-1]) if more else None)

    async def page(
        self, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[Sums]:
        """The sums of these communities, by community; ``Malformed`` for a bad cursor."""
        order = Order(ids=1)
        after = None if cursor is None else order.place(cursor).id
        found = await self._counts.page(communities, after=after, limit=limit + 1)
        more = len(found) > limit
        items = [kept if kept.fresh else (await self._recounted(kept))[0] for kept in found[:limit]]
        return Page(items, order.cursor(Place((), items[-1].community)) if more else None)

    async def recount(self, community: str) -> Sums:
        """Count the community anew, whatever is kept of it."""
        sums, _ = await self._recounted(await self._counts.mark(community))
        return sums

    async def goals(self, community: str) -> CoverageGoals:
        """The goals as they are now, or the default."""
        try:
            return await self._goals.get(_goals_id(community))
        except NotFound:
            return DEFAULT_GOALS

    async def change_goals(
        self, community: str, wanted: CoverageGoals, *, seen: int | None
    ) -> CoverageGoals:
        """The next version, unless nothing is different.

        ``Stale`` if ``seen`` has moved on; ``Invalid`` for a target out of bounds.
        """
        wanted = replace(wanted, id=_goals_id(community), community=community)
        known = await self.goals(community)
        check_seen(replace(known, id=wanted.id), seen)
        changed = change(known, wanted)
        if changed is None:
            return known
        saved = await self._goals.save(*changed)
        await self._counts.mark(community)  # the event does it again, should this be lost
        return saved

    async def on_change(self, _: Event, envelope: Envelope) -> None:
        """Something that counts has changed in the event's community."""
        await self._counts.mark(envelope.community)

    async def _counted(self, community: str) -> tuple[Sums, list[Unit]]:
        kept = await self._counts.sums(community)
        if kept is None:
            kept = await self._counts.mark(community)
        if kept.fresh:
            units = await self._counts.units(kept)
            if units is not None:
                return kept, units
        return await self._recounted(kept)

    async def _recounted(self, kept: Sums) -> tuple[Sums, list[Unit]]:
        """Count what is there now. The mark was read before: what is missed is marked later."""
        goals = await self.goals(kept.community)
        units = count(await self._sources.facts(kept.community), goals)
        sums = replace(
            kept,
            counted=kept.changes,
            goals_version=goals.version,
            totals=tuple(totals(units)),
        )
        await self._counts.keep(sums, units)
        return sums, units


def _place(cursor: str) -> tuple[int, str]:
    """Where a page ended; ``Malformed`` for a cursor that none gave."""
    ended = BY_PLACE.place(cursor)
    (rank,) = ended.values
    if not isinstance(rank, int):
        raise Malformed("cursor.malformed", pointer="cursor")
    return rank, ended.id


def _cursor(unit: Unit) -> str:
    rank, id_ = place(unit)
    return BY_PLACE.cursor(Place((rank,), id_))


def _goals_id(community: str) -> str:
    """One document for each community, so that of two who change the default one wins."""
    return derived_id("cvg", community)
