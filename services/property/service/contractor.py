"""Property companies: registered, changed, ended and renewed, and whom one calls there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.property.domain import contractor as domain
from services.property.domain.contractor import Contact, Contractor, ContractorState, Terms
from services.property.service.viewer import Target, Viewer
from shared.clock import Clock, derived_id, new_id
from shared.days import day_of
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound, Stale
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store, check_seen


@dataclass(frozen=True, slots=True)
class ContractorDraft:
    """A company as handed in; without an id it gets one."""

    community: str
    name: str
    terms: Terms
    contacts: tuple[Contact, ...] = ()
    contractor_id: str | None = None


class ContractorService:
    """What one can do with companies; a company sees itself alone."""

    def __init__(
        self,
        store: Store[Contractor],
        readings: ReadingLog,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._readings = readings
        self._clock = clock
        self._new_id = new_id

    async def register(self, draft: ContractorDraft) -> Contractor:
        """A company has a contract. ``Invalid``; ``Conflict`` ``contractor.taken`` if the
        community has this company already: then it is renewed or changed."""
        company = draft.contractor_id or self._new_id("cmp")
        new, events = domain.register(
            Contractor(
                id=derived_id("ctr", draft.community, company),
                community=draft.community,
                version=0,
                state=ContractorState.CONTRACTED,
                contractor_id=company,
                name=draft.name,
                contract_from=draft.terms.contract_from,
                contract_to=draft.terms.contract_to,
                scopes=draft.terms.scopes,
                contacts=draft.contacts,
            )
        )
        try:
            return await self._store.save(new, events)
        except Stale:
            raise Conflict("contractor.taken", id=new.id) from None

    async def get(self, viewer: Viewer, id: str, *, seen: int | None = None) -> Contractor:  # noqa: A002
        """One company. ``NotFound``, also for another company; ``Stale``."""
        found = await self._store.get(id, communities=viewer.communities)
        if viewer.company not in (None, found.contractor_id):
            raise NotFound("store.not_found", id=id)
        check_seen(found, seen)
        return found

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Contractor]:
        """The companies that this viewer sees, newest first."""
        own = {} if viewer.company is None else {"contractor_id": viewer.company}
        return await self._store.page(
            {**where, **own}, communities=viewer.communities, cursor=cursor, limit=limit
        )

    async def change(self, target: Target, changes: Mapping[str, Any]) -> Contractor:
        """These are different. ``NotFound``, ``Stale``, ``Invalid``, ``WrongState``."""
        company = await self._load(target)
        after, events = domain.change(company, changes)
        return await self._store.save(after, events) if events else company

    async def end(self, target: Target, *, reason: str) -> Contractor:
        """The contract is over today. ``NotFound``, ``Stale``, ``WrongState``."""
        today = day_of(self._clock.now())
        return await self._store.save(
            *domain.end(await self._load(target), on=today, reason=reason)
        )

    async def renew(self, target: Target, terms: Terms) -> Contractor:
        """There is a contract again. ``NotFound``, ``Stale``, ``Invalid``, ``WrongState``."""
        return await self._store.save(*domain.renew(await self._load(target), terms))

    async def read(self, viewer: Viewer, id: str, *, by: str, purpose: str) -> Contractor:  # noqa: A002
        """With whom one calls there; on record before it is shown. ``NotFound``."""
        company = await self.get(viewer, id)
        await self._readings.note(company, by=by, purpose=purpose)
        return company

    async def readings(
        self,
        viewer: Viewer,
        id: str,  # noqa: A002
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[Reading]:
        """Who looked at the contacts, newest first. ``NotFound``."""
        return await self._readings.page(await self.get(viewer, id), cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to it, oldest first. ``NotFound``."""
        await self.get(viewer, id)
        return await self._store.story(id, communities=viewer.communities)

    async def _load(self, target: Target) -> Contractor:
        return await self.get(target.viewer, target.id, seen=target.seen)
