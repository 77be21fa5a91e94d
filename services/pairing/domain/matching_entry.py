"""How members and households enter a matching problem."""

from collections.abc import Collection

from services.pairing.domain.household import Household
from services.pairing.domain.load import MONTHS, VISIT_MINUTES, VISITS_A_YEAR
from services.pairing.domain.matching_cost import Able, Helper, Seeker, Wish
from services.pairing.domain.matching_rules import MatchingRules
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import PairingMode
from services.pairing.domain.whereabouts import Place

MINUTES_A_MONTH = -(-max(VISITS_A_YEAR.values()) * VISIT_MINUTES // MONTHS)
"""What the most demanding household takes of a helper."""
ONE_HELPS_MANY, MANY_HELP_ONE = PairingMode.ONE_MANY, PairingMode.MANY_ONE


def room_of(member: Member, *, carried: int, modes: Collection[PairingMode]) -> int:
    """How many households the member can have in all, those ``carried`` now included.

    Hours become households by what the most demanding one takes, so they are never exceeded; but
    one household each member can have, and nobody has to let go of any by this alone.
    """
    by_hours = max(1, member.hours_a_month * 60 // MINUTES_A_MONTH)
    room = min(member.households_max, by_hours)
    if ONE_HELPS_MANY not in modes:
        room = 1
    return max(room, carried)


def helper_of(member: Member, *, room: int, place: Place | None) -> Helper:
    """A member as matching sees them."""
    able = Able(frozenset(member.skills), frozenset(member.languages), member.availability)
    return Helper(member.id, member.person_id, room, place, able)


def seeker_of(
    household: Household,
    *,
    place: Place | None,
    modes: Collection[PairingMode],
    rules: MatchingRules,
    had: int = 0,
) -> Seeker:
    """A household as matching sees it; ``had``: helpers of its own who are no part of this."""
    wanted = rules.helpers_wanted[household.risk_level] if MANY_HELP_ONE in modes else 1
    wanted = max(0, wanted - had)
    wish = Wish(
        frozenset(household.needs), frozenset(household.languages), household.suitable_times
    )
    people = frozenset(household.person_ids)
    return Seeker(household.id, household.risk_level, wanted, place, wish, people)
