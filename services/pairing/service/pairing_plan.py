"""Planning a pairing's visits, and looking at the days that come of it."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.pairing.domain.festival import YEARS
from services.pairing.domain.pairing import Pairing
from services.pairing.domain.pairing_plan import change_plan, days_ahead
from services.pairing.domain.plan import Occurrence, Plan
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing import PairingService
from services.pairing.service.pairing_parts import PairingParts
from shared.errors import Invalid

CALENDAR_DAYS_DEFAULT, CALENDAR_DAYS_MAX = 31, 93
"""A quarter is seen at once."""


class PairingPlanService:
    """What one can do with plans. Each: ``NotFound`` outside what may be seen."""

    def __init__(self, parts: PairingParts, pairings: PairingService) -> None:
        self._parts = parts
        self._pairings = pairings

    async def change(
        self, pairing_id: str, plan: Plan, *, communities: Sequence[str], seen: int | None = None
    ) -> Pairing:
        """Plan its visits anew, from the next one on.

        Errors: ``Invalid`` for what cannot be planned, overlaps, or is too seldom for a household.
        """
        store = self._parts.pairings
        pairing = await store.get(pairing_id, communities=communities, seen=seen)
        homes = await self._parts.homes_of(pairing)
        today = self._parts.today()
        return await store.save(*change_plan(pairing, plan=plan, households=homes, today=today))

    async def calendar(
        self, pairing_id: str, onlooker: Onlooker, *, first_on: date | None, last_on: date | None
    ) -> list[tuple[str, Occurrence]]:
        """The days of visits by household, from today on if not told otherwise, for a month.

        Who helps sees all of the pairing's households, who lives in one of them that one.
        ``Invalid`` for days out of order or more than ``CALENDAR_DAYS_MAX``.
        """
        pairing = await self._pairings.shown(pairing_id, onlooker)
        first, last = _span(first_on or self._parts.today(), last_on)
        ids = await self._shown_to(pairing, onlooker)
        return [
            (home.id, day)
            for home in await self._parts.homes_of(pairing)
            if home.id in ids
            for day in days_ahead(pairing, household=home, first=first, last=last)
        ]

    async def _shown_to(self, pairing: Pairing, onlooker: Onlooker) -> set[str]:
        every = {*pairing.household_ids}
        if onlooker.person_id is None:
            return every
        helper_ids, household_ids = await self._parts.own_ids(onlooker)
        return every if helper_ids & {*pairing.helper_ids} else every & household_ids


def _span(first: date, last: date | None) -> tuple[date, date]:
    """The first and the last day of a calendar, both of years that the lunar calendar knows."""
    known = first.year in YEARS
    if known and last is None:
        last = first + timedelta(days=CALENDAR_DAYS_DEFAULT - 1)
    if not known or last is None or not 0 <= (last - first).days < CALENDAR_DAYS_MAX:
        raise Invalid("plan.calendar", pointer="query:to_on", most=CALENDAR_DAYS_MAX)
    return first, last
