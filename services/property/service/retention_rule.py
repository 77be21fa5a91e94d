"""How long each community keeps who came and went."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.property.domain import retention_rule as domain
from services.property.domain.retention_rule import RetentionRule
from shared.clock import Clock, derived_id
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import NotFound
from shared.recent import Recent
from shared.store import Store

RULE_SECONDS = 10.0
RULES_MAX = 10_000


class Kept(Protocol):
    """What is let go of by the rule that holds now."""

    async def forget(self, days: Mapping[str, int], *, others: int) -> int:
        """Let go of what is older than the days of its community, or of all ``others``; how much
        it was. In steps, each of them bounded. ``Unavailable``."""


class RetentionRuleService:
    """What one can do with the rules."""

    def __init__(self, store: Store[RetentionRule], log: Kept, clock: Clock) -> None:
        self._store = store
        self._log = log
        self._recent: Recent[RetentionRule] = Recent(clock, seconds=RULE_SECONDS, size=RULES_MAX)

    async def get(self, community: str) -> RetentionRule:
        """The community's rule, or the common one as version 0."""
        id_ = derived_id("rtr", community)
        try:
            return await self._store.get(id_)
        except NotFound:
            return RetentionRule(id_, community, version=0)

    async def of(self, community: str) -> RetentionRule:
        """The same, at most ``RULE_SECONDS`` old."""
        found = await self._recent.get(community, self.get)
        return found or await self.get(community)

    async def change(self, community: str, *, days: int, seen: int | None) -> RetentionRule:
        """Keep for so many days. ``Invalid``; ``Stale``."""
        after = await changed(
            self._store,
            lambda: self.get(community),
            lambda rule: domain.change(rule, days=days),
            seen=seen,
        )
        self._recent.forget(community)
        return after

    async def story(self, community: str) -> list[Envelope]:
        """All that it ever was, oldest first; nothing while it is the common one."""
        try:
            return await self._store.story(derived_id("rtr", community))
        except NotFound:
            return []

    async def sweep(self) -> int:
        """Let go of what the access log has kept long enough; how many rows."""
        rules: list[RetentionRule] = []
        while more := await self._store.find({"_id": {"$gt": _last(rules)}}, limit=100):
            rules += more
        days = {rule.community: rule.days for rule in rules}
        return await self._log.forget(days, others=domain.DAYS_DEFAULT)


def _last(rules: Sequence[RetentionRule]) -> str:
    return rules[-1].id if rules else ""
