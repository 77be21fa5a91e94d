"""Proposing helpers and households to each other: the mode, and who may be paired with whom."""

from collections.abc import Mapping, Sequence

from services.pairing.domain.availability import HOUR_MINUTES
from services.pairing.domain.household import Household
from services.pairing.domain.load import Load, load_of
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import (
    SIDES_MAX,
    Outcome,
    Pairing,
    PairingMode,
    PairingState,
    is_live,
)
from shared.errors import Conflict, Invalid
from shared.events.pairing import PairingProposed


def propose(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    mode: PairingMode,
    helpers: Sequence[Member],
    households: Sequence[Household],
    standing: Sequence[Pairing],
) -> Outcome:
    """Propose helpers and households to each other. ``standing``: these helpers' live pairings.

    Errors: ``Invalid`` if the mode does not fit the sides, one is named twice or a helper belongs
    to the household; ``Conflict`` if a helper is full or helps a household already.
    """
    pairing = Pairing(
        id=id,
        community=community,
        version=0,
        state=PairingState.PROPOSED,
        mode=mode,
        helper_ids=tuple(helper.id for helper in helpers),
        household_ids=tuple(household.id for household in households),
    )
    _check_sides(pairing)
    _check_strangers(helpers, households)
    for helper in helpers:
        _check_room(helper, pairing.household_ids, standing)
    event = PairingProposed(
        pairing_id=id,
        mode=mode.value,
        helper_ids=pairing.helper_ids,
        household_ids=pairing.household_ids,
    )
    return pairing, [event]


def check_hours(
    helpers: Sequence[Member], households: Sequence[Household], carried: Mapping[str, Load]
) -> None:
    """``Conflict`` if a helper has not the hours; ``carried``: what each leads already."""
    wanted = load_of(households)
    for helper in helpers:
        minutes = carried[helper.id].minutes + wanted.minutes
        if minutes > helper.hours_a_month * HOUR_MINUTES:
            raise Conflict(
                "member.hours_full",
                helper_id=helper.id,
                wanted=-(-minutes // HOUR_MINUTES),
                most=helper.hours_a_month,
            )


def _check_sides(pairing: Pairing) -> None:
    for ids, side in ((pairing.helper_ids, "helper_ids"), (pairing.household_ids, "household_ids")):
        if len(set(ids)) != len(ids):
            raise Invalid("pairing.side_repeats", pointer=f"/{side}", field=side)
        if len(ids) > SIDES_MAX:
            raise Invalid("pairing.side_too_long", pointer=f"/{side}", field=side, most=SIDES_MAX)
    helpers, households = len(pairing.helper_ids), len(pairing.household_ids)
    fits = {
        PairingMode.ONE_ONE: helpers == 1 and households == 1,
        PairingMode.MANY_ONE: helpers >= 2 and households == 1,
        PairingMode.ONE_MANY: helpers == 1 and households >= 2,
    }
    if not fits[pairing.mode]:
        raise Invalid(
            "pairing.mode_mismatch",
            pointer="/mode",
            mode=f"pairing.{pairing.mode.value}",
            helpers=helpers,
            households=households,
        )


def _check_strangers(helpers: Sequence[Member], households: Sequence[Household]) -> None:
    at_home = {person for household in households for person in household.person_ids}
    for helper in helpers:
        if helper.person_id in at_home:
            raise Invalid("pairing.with_oneself", pointer="/helper_ids", helper_id=helper.id)


def _check_room(helper: Member, wanted: tuple[str, ...], standing: Sequence[Pairing]) -> None:
    carried = {
        household
        for pairing in standing
        if is_live(pairing) and helper.id in pairing.helper_ids
        for household in pairing.household_ids
    }
    for household in wanted:
        if household in carried:
            raise Conflict("pairing.exists", helper_id=helper.id, household_id=household)
    if len(carried) + len(wanted) > helper.households_max:
        raise Conflict(
            "member.full", helper_id=helper.id, carried=len(carried), most=helper.households_max
        )
