"""The rules of scoring of each community, as published."""

from services.property.domain import score_rules as domain
from services.property.domain.score_rules import RuleSet, ScoreRules, in_force
from shared.clock import Clock, derived_id
from shared.errors import NotFound
from shared.store import Store, check_seen


class ScoreRulesService:
    """The use cases. Each: ``Unavailable``."""

    def __init__(self, store: Store[ScoreRules], clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, community: str) -> ScoreRules:
        """All that was published, or the default alone."""
        id_ = derived_id("scr", community)
        try:
            return await self._store.get(id_)
        except NotFound:
            return ScoreRules(id=id_, community=community, version=0)

    async def in_force(self, community: str, month: str) -> RuleSet:
        """The rules of this month."""
        return in_force(await self.get(community), month)

    async def publish(
        self, community: str, wanted: RuleSet, *, by: str, seen: int | None
    ) -> ScoreRules:
        """The next rules. ``Stale``; see ``domain.publish``."""
        known = await self.get(community)
        check_seen(known, seen)
        decided = domain.publish(known, wanted, by=by, at=self._clock.now())
        return await self._store.save(*decided)
