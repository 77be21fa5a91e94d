"""All that one scorecard counts: streamed to be sealed, added up to be shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta

from services.property.domain.counting import is_carried
from services.property.domain.month import month_of, span_of
from services.property.domain.score_rules import Measure, RuleSet
from services.property.domain.scorecard import Figure, Input, Scorecard, figures_of, plus
from services.property.domain.work_order import WorkOrder
from services.property.service.scorecard_parts import Counted, Scope, Tallies, counted_until
from shared.clock import derived_id
from shared.errors import NotFound
from shared.store import Store

CARRIED_MAX = 2_000
"""Work that a scorecard can carry into the next month; beyond, it counts as it stands."""


def card_id(community: str, contractor_id: str, month: str) -> str:
    """One scorecard for each month, whoever asks first."""
    return derived_id("sco", community, contractor_id, month)


class MonthInputs:
    """What a scorecard counts, read record by record; ``carried`` fills up meanwhile."""

    def __init__(self, counted: Counted, card: Scorecard, brought: tuple[str, ...]) -> None:
        self._counted = counted
        self._brought = brought
        self._scope = Scope(card.community, card.contractor_id, span_of(card.month))
        self.carried: list[str] = []

    async def batches(self) -> AsyncIterator[list[Input]]:
        """Every record once, in one order: work first, then what was brought from the month
        before, then the others by kind."""
        seen: set[str] = set()
        work = self._counted.work
        async for orders in work.batches(self._scope):
            yield self._work([each for each in orders if each.id not in seen])
            seen |= {each.id for each in orders}
        brought = await work.those(self._scope, [id_ for id_ in self._brought if id_ not in seen])
        if brought:
            yield self._work(sorted(brought, key=lambda each: each.id))
        for source in self._counted.others:
            async for records in source.batches(self._scope):
                fresh = [each for each in records if each.id not in seen]
                seen |= {each.id for each in fresh}
                yield [source.told(each) for each in fresh]

    def _work(self, orders: list[WorkOrder]) -> list[Input]:
        found = []
        for order in orders:
            if len(self.carried) < CARRIED_MAX and is_carried(order, end=self._scope.span.until):
                self.carried.append(order.id)
            else:
                found.append(self._counted.work.told(order))
        return found


class LiveFigures:
    """The figures of a month that runs, as they are at this moment."""

    def __init__(self, counted: Counted, tallies: Tallies, cards: Store[Scorecard]) -> None:
        self._counted = counted
        self._tallies = tallies
        self._cards = cards

    async def of(self, card: Scorecard, rules: RuleSet, *, at: datetime) -> dict[Measure, Figure]:
        """All measures over what was due by now. ``Unavailable``."""
        scope = self.scope(card, at=at)
        figures, paused, brought = await asyncio.gather(
            self._tallies.figures(scope, rules),
            self._tallies.paused(scope),
            self._brought_work(scope, card),
        )
        end = scope.span.until
        waiting = [each for each in paused if is_carried(each, end=end)]
        known = {each.id for each in paused}
        more = [each for each in brought if each.id not in known and not is_carried(each, end=end)]
        told = self._counted.work.told
        less = figures_of(map(told, waiting), rules)
        added = figures_of(map(told, more), rules)
        return {
            measure: plus(_minus(figure, less[measure]), added[measure])
            for measure, figure in figures.items()
        }

    def scope(self, card: Scorecard, *, at: datetime) -> Scope:
        """Whose records, until now."""
        span = counted_until(span_of(card.month), at)
        return Scope(card.community, card.contractor_id, span)

    async def inputs(self, card: Scorecard) -> MonthInputs:
        """All that the month counts, to be sealed."""
        return MonthInputs(self._counted, card, await self.brought(card))

    async def brought(self, card: Scorecard) -> tuple[str, ...]:
        """The work that the month before it carried over."""
        before = month_of(span_of(card.month).since - timedelta(days=1))
        with suppress(NotFound):
            found = await self._cards.get(card_id(card.community, card.contractor_id, before))
            return found.sealing.carried_ids if found.sealing else ()
        return ()

    async def _brought_work(self, scope: Scope, card: Scorecard) -> list[WorkOrder]:
        return await self._counted.work.those(scope, await self.brought(card))


def _minus(one: Figure, other: Figure) -> Figure:
    return Figure(one.numerator - other.numerator, one.denominator - other.denominator)
