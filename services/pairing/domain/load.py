"""What leading a household takes of a member's time in a month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.pairing.domain.household import Household, RiskLevel

VISIT_MINUTES = 30
"""Ours: what a visit takes, the way there included."""
VISITS_A_YEAR: Mapping[RiskLevel, int] = {
    RiskLevel.HIGH: 52,
    RiskLevel.KEY: 12,
    RiskLevel.GENERAL: 4,
}
"""High weekly, key monthly, general quarterly: a regional rule (domain.md, 3)."""
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Load:
    """What a member carries: households, and minutes a month for them."""

    households: int = 0
    minutes: int = 0


def minutes_a_month(household: Household) -> int:
    """What the visits due to a household take of each helper, rounded up."""
    yearly = VISITS_A_YEAR[household.risk_level] * VISIT_MINUTES
    return -(-yearly // MONTHS)


def load_of(households: Iterable[Household]) -> Load:
    """The load of who leads these."""
    minutes = [minutes_a_month(household) for household in households]
    return Load(len(minutes), sum(minutes))
