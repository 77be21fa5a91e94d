"""Registering care households, their consent, and who looked at what is known of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services.pairing.domain import household as domain
from services.pairing.domain import household_end
from services.pairing.domain.circumstances import circumstances_of
from services.pairing.domain.household import (
    Circumstances,
    Consent,
    ConsentMethod,
    ConsentScope,
    Household,
    HouseholdState,
    LeftReason,
)
from services.pairing.service.estate import Estates
from services.pairing.service.onlooker import within
from shared.alarms import LONG_AGO
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store


class Purpose(StrEnum):
    """For what somebody may look at a household's circumstances (art. 6: a stated purpose)."""

    MATCHING = "matching"
    VISIT = "visit"
    HELP = "help"
    REVIEW = "review"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What is told of a household's consent; without a moment it is given now."""

    by: str
    method: ConsentMethod
    scope: ConsentScope
    until: datetime | None = None
    at: datetime | None = None


class HouseholdService:
    """What one can do with care households."""

    def __init__(
        self,
        store: Store[Household],
        estates: Estates,
        readings: ReadingLog,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._estates = estates
        self._readings = readings
        self._clock = clock
        self._new_id = new_id

    async def register(
        self,
        *,
        communities: Sequence[str],
        dwelling_id: str,
        person_ids: tuple[str, ...],
        circumstances: Circumstances,
        entry: domain.Entry = domain.Entry(),  # noqa: B008  frozen
        given: ConsentGiven | None = None,
    ) -> Household:
        """Register the household of a dwelling in one of these communities, which becomes its own,
        with the consent that it has ``given``, or without.

        Errors: ``Invalid`` (``dwelling.unknown`` if none of their estates has it, the lists, the
        consent); ``Conflict`` if the dwelling has a household already, or the reference is taken.
        """
        community = await self._estates.community_of(dwelling_id)
        if community is None or community not in communities:
            raise Invalid("dwelling.unknown", pointer="/dwelling_id", dwelling_id=dwelling_id)
        household, events = domain.register(
            id=self._new_id("hsh"),
            community=community,
            dwelling_id=dwelling_id,
            person_ids=person_ids,
            circumstances=circumstances,
            entry=entry,
        )
        household, more = self._agreed(household, given)
        try:
            return await self._store.save(household, [*events, *more])
        except Conflict as conflict:
            if "dwelling_id" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("household.exists", dwelling_id=dwelling_id) from None

    async def change(
        self,
        household_id: str,
        changes: Mapping[str, Any],
        *,
        communities: Sequence[str],
        seen: int | None = None,
        given: ConsentGiven | None = None,
    ) -> Household:
        """Change its people (``person_ids``) or these of its circumstances, and record the consent
        that it has ``given``, if that is newer than the one on record; ``Invalid`` as before.

        One that is so already stays as it is.
        """
        household = await self._store.get(household_id, communities=communities, seen=seen)
        told = dict(changes)
        person_ids = told.pop("person_ids", household.person_ids)
        circumstances = replace(circumstances_of(household), **told)
        changed, events = domain.change(
            household,
            person_ids=person_ids,
            circumstances=circumstances,
            at=self._clock.now(),
        )
        changed, more = self._agreed(changed, given)
        events = [*events, *more]
        return await self._store.save(changed, events) if events else household

    async def consent(
        self,
        household_id: str,
        given: ConsentGiven,
        *,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Household:
        """Record the household's consent. ``Invalid`` for one that has run out already, is not
        given yet, or was taken back since."""
        household = await self._store.get(household_id, communities=communities, seen=seen)
        return await self._store.save(*self._consenting(household, given))

    async def withdraw_consent(
        self, household_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Household:
        """Take the household's consent back; its pairings and offers stop by the event."""
        household = await self._store.get(household_id, communities=communities, seen=seen)
        household, events = domain.withdraw_consent(household, at=self._clock.now())
        return await self._store.save(household, events)

    async def leave(
        self,
        household_id: str,
        *,
        communities: Sequence[str],
        reason: LeftReason,
        seen: int | None = None,
    ) -> Household:
        """Take the household off the register; all that is done for it stops by the event."""
        household = await self._store.get(household_id, communities=communities, seen=seen)
        return await self._store.save(
            *household_end.leave(household, reason=reason, at=self._clock.now())
        )

    async def read(
        self, household_id: str, *, communities: Sequence[str], by: str, purpose: Purpose
    ) -> Household:
        """One household with its circumstances; that it was read is on record before it is shown.

        Errors: ``NotFound``; ``Unavailable`` if the reading cannot be put on record.
        """
        household = await self._store.get(household_id, communities=communities)
        await self._readings.note(household, by=by, purpose=purpose)
        return household

    async def readings(
        self, household_id: str, *, communities: Sequence[str], cursor: str | None, limit: int
    ) -> Page[Reading]:
        """Who looked at this household, newest first; ``NotFound``."""
        household = await self._store.get(household_id, communities=communities)
        return await self._readings.page(household, cursor=cursor, limit=limit)

    async def page(
        self,
        *,
        communities: Sequence[str],
        state: HouseholdState | None,
        cursor: str | None,
        limit: int,
        bounds: Mapping[str, Any] = MappingProxyType({}),
        expiring: bool = False,
    ) -> Page[Household]:
        """The households of these communities, newest first; the view leaves circumstances out.

        ``bounds``: those that who asks may see, as a query.

        ``expiring``: only those whose consent runs out soon.
        """
        where: dict[str, Any] = {} if state is None else {"state": state.value}
        if expiring:
            where["reminded_at"] = {"$gt": LONG_AGO}
            where.setdefault("state", HouseholdState.CONSENTED.value)
        return await self._store.page(
            within(where, bounds), communities=communities, cursor=cursor, limit=limit
        )

    async def records(
        self,
        *,
        communities: Sequence[str],
        by: str,
        purpose: Purpose,
        cursor: str | None,
        limit: int,
        bounds: Mapping[str, Any] = MappingProxyType({}),
    ) -> Page[Household]:
        """The households in full, newest first; each one of a page is put on record first."""
        page = await self._store.page(bounds, communities=communities, cursor=cursor, limit=limit)
        await self._readings.note_all(page.items, by=by, purpose=purpose)
        return page

    def _consenting(self, household: Household, given: ConsentGiven) -> domain.Outcome:
        now = self._clock.now()
        consent = Consent(given.at or now, given.by, given.method, given.scope, given.until)
        return domain.consent(household, given=consent, at=now)

    def _agreed(self, household: Household, given: ConsentGiven | None) -> domain.Outcome:
        """With this consent, unless the one on record is as new: then it is known already."""
        known = household.consent
        if given is None or (known and given.at is not None and given.at <= known.at):
            return household, []
        return self._consenting(household, given)

    async def story(self, household_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the household's record, oldest first; ``NotFound``."""
        return await self._store.story(household_id, communities=communities)
