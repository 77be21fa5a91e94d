"""Reporting incidents and moving them on, by people and by the news of their work orders."""

from collections.abc import Callable
from typing import Any

from services.property.domain import incident as domain
from services.property.domain.affected import Affected, affected
from services.property.domain.estate import Plan
from services.property.domain.incident import Incident, Report
from services.property.domain.incident_report import report
from services.property.service.estate import Plans
from services.property.service.photo import Claims
from services.property.service.viewer import (
    Located,
    Target,
    Viewer,
    change_for,
    page_for,
    seen_by,
    story_for,
)
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Conflict, Invalid, NotFound, Stale
from shared.events.property import WorkOrderAssigned, WorkOrderCancelled, WorkOrderWorkAccepted
from shared.store import Page, Store


class IncidentService:
    """What one can do with incidents."""

    def __init__(
        self,
        store: Store[Incident],
        plans: Plans,
        photos: Claims,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._plans = plans
        self._photos = photos
        self._clock = clock
        self._new_id = new_id

    async def report(self, viewer: Viewer, estate_id: str, said: Report) -> Incident:
        """Report an incident on an estate that the viewer sees.

        Errors: ``Invalid`` (``incident.estate_unknown`` for an estate that is not there for the
        viewer); ``Conflict`` ``incident.taken`` if the company has reported this ``external_ref``
        before, or somebody on an estate without a company: it names that incident.
        """
        plan = await self.plan(viewer, estate_id)
        new, events = report(plan, said, id=self._new_id("inc"), at=self._clock.now())
        if said.photo_ids:
            await self._photos.claim(viewer, said.photo_ids, on=plan)
        try:
            return await self._store.save(new, events)
        except Conflict as conflict:
            raise await self._taken(viewer, new, conflict) from None

    async def plan(self, viewer: Viewer, estate_id: str) -> Plan:
        """The estate on which something is reported; ``Invalid`` if the viewer sees none such."""
        plan = await self._plans.plan(estate_id)
        if plan is None or not viewer.sees(plan):
            raise Invalid("incident.estate_unknown", pointer="/estate_id")
        return plan

    async def affected(self, viewer: Viewer, id: str) -> Affected:  # noqa: A002
        """Whom an incident reaches, on the estate as it is today. Errors: ``NotFound``."""
        incident = await self.get(viewer, id)
        plan = await self._plans.plan(incident.estate_id)
        if plan is None:
            raise NotFound("store.not_found", id=id)
        return affected(plan, incident.place)

    async def open(
        self,
        estate_id: str,
        said: Report,
        *,
        id: str,  # noqa: A002
        envelope: Envelope,
    ) -> None:
        """News of another part is an incident, under an id of its choice: once, whatever is told
        again. ``NotFound`` for an estate that nobody has; ``Invalid``."""
        plan = await self._plans.plan(estate_id)
        if plan is None:
            raise NotFound("store.not_found", id=estate_id)
        new, events = report(plan, said, id=id, at=envelope.time)
        try:
            await self._store.save(new, events, handling=envelope)
        except Stale:
            raise AlreadyHeard("store.already_heard", id=id, event=envelope.id) from None

    async def get(self, viewer: Viewer, id: str) -> Incident:  # noqa: A002
        """One incident. Errors: ``NotFound``."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: dict[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Incident]:
        """The incidents that this viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one incident, oldest first. Errors: ``NotFound``."""
        return await story_for(viewer, self._store, id)

    async def confirm(self, target: Target) -> Incident:
        """Somebody checked: it is real. Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        return await change_for(target, self._store, domain.confirm)

    async def dismiss(self, target: Target, *, reason: str) -> Incident:
        """Somebody checked: there is nothing. Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        return await change_for(
            target, self._store, lambda incident: domain.dismiss(incident, reason=reason)
        )

    async def close(self, target: Target) -> Incident:
        """It is over and done with. Errors: ``NotFound``, ``Stale``, ``WrongState``."""
        return await change_for(target, self._store, domain.close)

    async def on_work_assigned(self, event: WorkOrderAssigned, envelope: Envelope) -> None:
        """The incident's work order was assigned: it becomes active, once."""
        if event.incident_id is None:
            return
        found = await self._store.get(event.incident_id, handling=envelope)
        new, events = domain.work_assigned(found)
        if events:
            await self._store.save(new, events, handling=envelope)

    async def on_work_accepted(self, event: WorkOrderWorkAccepted, envelope: Envelope) -> None:
        """The incident's work was accepted: it is restored, once."""
        await self._restore(event.incident_id, envelope)

    async def on_work_cancelled(self, event: WorkOrderCancelled, envelope: Envelope) -> None:
        """Nothing is to be done any more, and no other order follows: it is restored, once."""
        if not event.again:
            await self._restore(event.incident_id, envelope)

    async def _restore(self, incident_id: str | None, envelope: Envelope) -> None:
        if incident_id is None:
            return
        found = await self._store.get(incident_id, handling=envelope)
        new, events = domain.work_accepted(found, at=envelope.time)
        if events:
            await self._store.save(new, events, handling=envelope)

    async def _taken(self, viewer: Viewer, new: Incident, conflict: Conflict) -> Conflict:
        """The conflict, naming the incident that has this ``external_ref`` if the viewer sees it.

        The company may have used its number in a community that is none of this viewer's business.
        """
        if "external_ref" not in str(conflict.facts.get("fields")):
            return conflict
        taken = {"external_ref": new.external_ref, **owner_of_refs(new)}
        same = await self._store.find(taken, limit=1)
        if not same or not viewer.sees(same[0]):
            return conflict
        return Conflict("incident.taken", incident_id=same[0].id, fields="external_ref")


def owner_of_refs(thing: Located) -> dict[str, Any]:
    """Whose numbers are used once: the company's, or those of an estate that has none."""
    if thing.contractor_id is not None:
        return {"contractor_id": thing.contractor_id}
    return {"contractor_id": None, "estate_id": thing.estate_id}
