"""How long it is kept who came and went (保存期限): a rule of each community, in days.

What ends (a pass, a permit, a vehicle that is gone) is let go of by the rule that holds when it
ends; the access log by the rule that holds now.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from shared.errors import Invalid
from shared.events import Event
from shared.events.property_gate import RetentionRuleChanged

DAYS_DEFAULT = 30
"""Ours: no longer than it is of use (personal information law, art. 19)."""
DAYS_MIN, DAYS_MAX = 1, 365


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One community's rule; its id is made of the community's."""

    id: str
    community: str
    version: int
    days: int = DAYS_DEFAULT

    @property
    def kept(self) -> timedelta:
        """The same as a time."""
        return timedelta(days=self.days)


def change(rule: RetentionRule, *, days: int) -> tuple[RetentionRule, list[Event]]:
    """Keep for so many days from now on; ``Invalid`` out of range."""
    if not DAYS_MIN <= days <= DAYS_MAX:
        raise Invalid("retention_rule.days", pointer="/days", least=DAYS_MIN, most=DAYS_MAX)
    event = RetentionRuleChanged(retention_rule_id=rule.id, days=days)
    return replace(rule, days=days), [event]
