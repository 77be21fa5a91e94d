"""The register of residents: who lives here, who looked, and that somebody is forgotten."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.pairing.domain import person as domain
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.household import LIVING_HERE, Household
from services.pairing.domain.person import Particulars, Person, PersonState
from services.pairing.service.estate import Estates
from services.pairing.service.household import Purpose
from shared.clock import Clock, new_id
from shared.days import day_of
from shared.envelope import Envelope
from shared.erasing import ErasingStore, Erasure
from shared.errors import Conflict, Invalid, Stale
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be registered; ``id``: by which the identity provider knows them, if it does."""

    community: str
    told: Particulars
    id: str | None = None
    external_ref: str | None = None


@dataclass(frozen=True, slots=True)
class PersonParts:
    """What a decision about a person is made from."""

    people: ErasingStore[Person]
    households: Store[Household]
    estates: Estates
    readings: ReadingLog


class PersonService:
    """What one can do with the record of a person."""

    def __init__(
        self, parts: PersonParts, clock: Clock, new_id: Callable[[str], str] = new_id
    ) -> None:
        self._store = parts.people
        self._households = parts.households
        self._estates = parts.estates
        self._readings = parts.readings
        self._clock = clock
        self._new_id = new_id

    async def register(self, newcomer: Newcomer) -> Person:
        """Put somebody on the register.

        Errors: ``Invalid`` (``dwelling.unknown`` if none of the community's estates has it, and
        what ``domain.register`` refuses); ``Conflict`` if the id or the reference is taken.
        """
        await self._check_dwelling(newcomer.told.dwelling_id, newcomer.community)
        person, events = domain.register(
            id=newcomer.id or self._new_id("per"),
            community=newcomer.community,
            told=newcomer.told,
            on=day_of(self._clock.now()),
            external_ref=newcomer.external_ref,
        )
        try:
            return await self._store.save(person, events)
        except Stale:
            raise Conflict("person.exists", pointer="/person_id") from None

    async def change(
        self,
        person_id: str,
        changes: Mapping[str, Any],
        *,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Person:
        """Change these of their particulars; errors as for ``register``. One who is so already
        stays as they are."""
        person = await self._store.get(person_id, communities=communities, seen=seen)
        told = replace(domain.particulars_of(person), **changes)
        if told.dwelling_id != person.dwelling_id:
            await self._check_dwelling(told.dwelling_id, person.community)
        changed, events = domain.change(person, told=told, on=day_of(self._clock.now()))
        return await self._store.save(changed, events) if events else person

    async def leave(
        self, person_id: str, *, communities: Sequence[str], seen: int | None = None
    ) -> Person:
        """They live here no more."""
        person = await self._store.get(person_id, communities=communities, seen=seen)
        return await self._store.save(*domain.leave(person))

    async def come_back(
        self,
        person_id: str,
        *,
        dwelling_id: str | None,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Person:
        """They live here again; ``Invalid`` for a dwelling that is unknown."""
        person = await self._store.get(person_id, communities=communities, seen=seen)
        await self._check_dwelling(dwelling_id, person.community)
        return await self._store.save(*domain.come_back(person, dwelling_id=dwelling_id))

    async def erase(
        self,
        person_id: str,
        *,
        reason: ErasureReason,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Person:
        """Forget who it was, as they or their family asked; one who is erased stays as they are.

        Errors: ``Conflict`` while they belong to a household that is cared for; ``Awaited`` while
        their last event is still to be told.
        """
        person = await self._store.get(person_id, communities=communities, seen=seen)
        if person.state is PersonState.ERASED:
            return person
        await self._check_not_cared_for(person)
        erased, events = domain.erase(person, reason=reason, at=self._clock.now())
        saved = await self._store.erase(Erasure(erased, events, names={}))
        await self._store.finish(saved.id)
        return saved

    async def read(
        self, person_id: str, *, communities: Sequence[str], by: str, purpose: Purpose
    ) -> Person:
        """One person in full; that they were read is on record before they are shown."""
        person = await self._store.get(person_id, communities=communities)
        await self._readings.note(person, by=by, purpose=purpose)
        return person

    async def readings(
        self, person_id: str, *, communities: Sequence[str], cursor: str | None, limit: int
    ) -> Page[Reading]:
        """Who looked at this person, newest first; ``NotFound``."""
        person = await self._store.get(person_id, communities=communities)
        return await self._readings.page(person, cursor=cursor, limit=limit)

    async def page(
        self,
        *,
        communities: Sequence[str],
        where: Mapping[str, str | None],
        cursor: str | None,
        limit: int,
    ) -> Page[Person]:
        """The people of these communities that match what is told, newest first; the view masks
        who they are."""
        told = {name: value for name, value in where.items() if value is not None}
        return await self._store.page(told, communities=communities, cursor=cursor, limit=limit)

    async def records(
        self,
        *,
        communities: Sequence[str],
        by: str,
        purpose: Purpose,
        cursor: str | None,
        limit: int,
    ) -> Page[Person]:
        """The people of these communities in full, newest first; each is put on record first."""
        page = await self._store.page({}, communities=communities, cursor=cursor, limit=limit)
        await self._readings.note_all(page.items, by=by, purpose=purpose)
        return page

    async def story(self, person_id: str, *, communities: Sequence[str]) -> list[Envelope]:
        """All that happened to the record, oldest first; ``NotFound``."""
        return await self._store.story(person_id, communities=communities)

    async def _check_dwelling(self, dwelling_id: str | None, community: str) -> None:
        if dwelling_id is None:
            return
        if await self._estates.community_of(dwelling_id) != community:
            raise Invalid("dwelling.unknown", pointer="/dwelling_id", dwelling_id=dwelling_id)

    async def _check_not_cared_for(self, person: Person) -> None:
        living_here = {"$in": [state.value for state in LIVING_HERE]}
        where = {"person_ids": person.id, "community": person.community, "state": living_here}
        if await self._households.find(where, limit=1):
            raise Conflict("person.cared_for")
