"""Inspections by committee and volunteers: begun, judged, signed."""

from collections.abc import Mapping
from typing import Any

from services.property.domain import inspection as domain
from services.property.domain.inspection import Inspection, Round, Verdict
from services.property.domain.month import month_of
from services.property.service.estate import Plans
from services.property.service.inspectors import Inspectors
from services.property.service.photo import PhotoService
from services.property.service.score_rules import ScoreRulesService
from services.property.service.viewer import Target, Viewer, page_for, seen_by, story_for
from shared.clock import Clock, new_id
from shared.days import BEIJING
from shared.envelope import Envelope
from shared.errors import Invalid, NotAllowed
from shared.store import Page, Store


class InspectionService:
    """The use cases. Each: ``Unavailable``; those that change something ``NotAllowed``
    ``inspection.company`` for a company, which is looked at and does not look."""

    def __init__(
        self,
        store: Store[Inspection],
        plans: Plans,
        rules: ScoreRulesService,
        on: tuple[PhotoService, Inspectors],
        clock: Clock,
    ) -> None:
        self._store = store
        self._plans = plans
        self._rules = rules
        self._photos, self._inspectors = on
        self._clock = clock

    async def start(
        self, viewer: Viewer, estate_id: str, inspector_ids: tuple[str, ...]
    ) -> Inspection:
        """Begin a round over an estate, by the criteria in force this month.

        ``Invalid`` for an estate that is not there for the viewer or has no contractor, and for
        inspectors that do not do; see ``Inspectors.check``.
        """
        _check_no_company(viewer)
        plan = await self._plans.plan(estate_id)
        if plan is None or not viewer.sees(plan):
            raise Invalid("inspection.estate_unknown", pointer="/estate_id")
        if plan.contractor_id is None:
            raise Invalid("inspection.no_contractor", pointer="/estate_id")
        now = self._clock.now()
        await self._inspectors.check(plan, inspector_ids, on=now.astimezone(BEIJING).date())
        rules = await self._rules.in_force(plan.community, month_of(now))
        about = Round(plan.community, plan.estate_id, plan.contractor_id, inspector_ids)
        return await self._store.save(*domain.start(about, rules, id=new_id("ins"), at=now))

    async def get(self, viewer: Viewer, id: str) -> Inspection:  # noqa: A002
        """One inspection. ``NotFound``."""
        return await seen_by(viewer, self._store, id)

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Inspection]:
        """The inspections that the viewer sees, newest first."""
        return await page_for(viewer, self._store, where, cursor=cursor, limit=limit)

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one inspection, oldest first. ``NotFound``."""
        return await story_for(viewer, self._store, id)

    async def judge(self, target: Target, verdict: Verdict, *, by: str) -> Inspection:
        """Judge a criterion. ``NotFound``, ``Stale``; see ``domain.judge``."""
        found = await self._seen(target)
        decided = domain.judge(found, verdict, by=by)
        known = {id_ for each in found.verdicts for id_ in each.photo_ids}
        fresh = [id_ for id_ in verdict.photo_ids if id_ not in known]
        await self._photos.claim(target.viewer, fresh, on=found)
        return await self._store.save(*decided)

    async def sign(self, target: Target, *, by: str) -> Inspection:
        """Sign all that is in it. ``NotFound``, ``Stale``; see ``domain.sign``."""
        decided = domain.sign(await self._seen(target), by=by, at=self._clock.now())
        return await self._store.save(*decided)

    async def cancel(self, target: Target, *, reason: str, by: str) -> Inspection:
        """Break it off. ``NotFound``, ``Stale``; see ``domain.cancel``."""
        return await self._store.save(
            *domain.cancel(await self._seen(target), reason=reason, by=by)
        )

    async def _seen(self, target: Target) -> Inspection:
        _check_no_company(target.viewer)
        return await seen_by(target.viewer, self._store, target.id, seen=target.seen)


def _check_no_company(viewer: Viewer) -> None:
    if viewer.company is not None:
        raise NotAllowed("inspection.company")
