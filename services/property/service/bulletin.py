"""Bulletins: written by the news of incidents, read by everybody in the community."""

from typing import Any

from services.property.domain import bulletin as domain
from services.property.domain.affected import affected
from services.property.domain.bulletin import Bulletin, BulletinKind
from services.property.domain.incident import Incident, is_told
from services.property.service.estate import Plans
from services.property.service.viewer import Viewer, seen_by
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.events.property import IncidentActivated, IncidentClosed
from shared.events.property_incident import (
    IncidentAnnounced,
    IncidentCancelled,
    IncidentPlanned,
)
from shared.store import Order, Page, Store

News = IncidentPlanned | IncidentAnnounced | IncidentCancelled | IncidentActivated | IncidentClosed

NEWEST_FIRST = Order((("published_at", -1),))
"""Their ids come from those of the news, and are in no order."""

KIND_OF: dict[type[News], BulletinKind] = {
    IncidentPlanned: BulletinKind.PLANNED,
    IncidentAnnounced: BulletinKind.CHANGED,
    IncidentCancelled: BulletinKind.CANCELLED,
    IncidentActivated: BulletinKind.BEGUN,
    IncidentClosed: BulletinKind.ALL_CLEAR,
}


class BulletinService:
    """What one can do with bulletins."""

    def __init__(self, store: Store[Bulletin], incidents: Store[Incident], plans: Plans) -> None:
        self._store = store
        self._incidents = incidents
        self._plans = plans

    async def get(self, viewer: Viewer, id: str) -> Bulletin:  # noqa: A002
        """One bulletin. Errors: ``NotFound``."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: dict[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Bulletin]:
        """The bulletins that this viewer sees, newest first."""
        return await self._store.page(
            viewer.within(where),
            communities=viewer.communities,
            order=NEWEST_FIRST,
            cursor=cursor,
            limit=limit,
        )

    async def on_news(self, event: News, envelope: Envelope) -> None:
        """An incident that its people are told of has moved on: they are told, once.

        The bulletin's id comes from the event's. What it says is how the incident stands when the
        news is heard; whom it reaches is worked out from the estate as it is then.
        """
        incident = await self._incidents.get(event.incident_id)
        if not is_told(incident):
            return
        plan = await self._plans.plan(incident.estate_id)
        if plan is None:
            raise NotFound("store.not_found", id=incident.estate_id)
        reached = affected(plan, incident.place)
        new, events = domain.publish(
            incident,
            KIND_OF[type(event)],
            reached,
            id=derived_id("bul", envelope.id),
            at=envelope.time,
        )
        await self._store.save(new, events, handling=envelope)
