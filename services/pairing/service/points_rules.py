"""The rules by which a community's contributions earn points: its own, or the platform's."""

from dataclasses import replace
from datetime import datetime

from services.pairing.domain.points_rules import DEFAULT_RULES, Points, PointsRules, publish
from shared.clock import Clock, derived_id
from shared.errors import NotFound
from shared.store import Store, check_seen


class PointsRulesService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(self, store: Store[PointsRules], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, community: str) -> PointsRules:
        """The rules as they are now; the platform's bear the community's name, too."""
        rules_id = derived_id("ptr", community)  # one document, so that of two who publish one wins
        try:
            return await self._store.get(rules_id)
        except NotFound:
            return replace(DEFAULT_RULES, id=rules_id, community=community)

    async def publish(
        self,
        community: str,
        *,
        since: datetime,
        per_hour: Points,
        per_act: Points,
        seen: int | None,
    ) -> PointsRules:
        """Have another rule hold from then on; ``Stale`` if ``seen`` has moved on, and as the
        domain says."""
        known = await self.get(community)
        check_seen(known, seen)
        now = self._clock.now()
        published = publish(known, since=since, per_hour=per_hour, per_act=per_act, at=now)
        return await self._store.save(*published)
