"""Keeping the rosters of an estate: by its company, else by staff for the volunteers."""

from dataclasses import dataclass
from typing import Any

from services.property.domain import roster as domain
from services.property.domain.estate import Plan
from services.property.domain.roster import Dealing, Roster
from services.property.domain.work_scope import WorkScope
from services.property.service.estate import Plans
from services.property.service.viewer import Viewer, page_for
from shared.clock import derived_id
from shared.errors import NotAllowed, NotFound
from shared.store import Page, Store, check_seen


@dataclass(frozen=True, slots=True)
class RosterTarget:
    """The roster of an estate for one sort of work, or for all the rest (None); who keeps it;
    ``seen`` is the version decided on, if told."""

    viewer: Viewer
    estate_id: str
    scope: WorkScope | None
    seen: int | None = None


class RosterService:
    """The use cases."""

    def __init__(self, store: Store[Roster], plans: Plans) -> None:
        self._store = store
        self._plans = plans

    async def page(
        self, viewer: Viewer, where: dict[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Roster]:
        """The rosters that this viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def keep(self, target: RosterTarget, dealing: Dealing) -> Roster:
        """Deal work out like this from now on; told again, nothing changes.

        Errors: ``NotFound`` for an estate that is not there for the viewer; ``NotAllowed`` for
        others than the company, where there is one; ``Stale``; ``Invalid``, see ``domain.keep``.
        """
        plan = await self._plan(target)
        wanted = Roster(
            id=derived_id("ros", target.estate_id, target.scope or ""),
            community=plan.community,
            version=0,
            estate_id=target.estate_id,
            scope=target.scope,
            contractor_id=target.viewer.company,
            dealing=dealing,
        )
        try:
            before: Roster | None = await self._store.get(wanted.id)
        except NotFound:
            before = None
        if before is not None:
            check_seen(before, target.seen)
        kept = domain.keep(before, wanted)
        if kept is None:
            return before or wanted
        return await self._store.save(*kept)

    async def _plan(self, target: RosterTarget) -> Plan:
        plan = await self._plans.plan(target.estate_id)
        if plan is None or not target.viewer.sees(plan):
            raise NotFound("store.not_found", id=target.estate_id)
        company = plan.contractor_id if target.scope is None else plan.handles(target.scope)
        if company != target.viewer.company:
            raise NotAllowed("roster.companys", id=target.estate_id)
        return plan
