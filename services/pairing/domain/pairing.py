"""A pairing (结对): members who help and households that are helped, in one of three modes.

Modes (mission.md, A6): one helps one, several help one, one helps several. Nothing is active
without every household's consent in force; the household, another document, is passed in as a fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.household import Household, consents
from services.pairing.domain.member import Member
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing import (
    PairingActivated,
    PairingConsented,
    PairingDeclined,
    PairingEnded,
    PairingHouseholdReleased,
    PairingPaused,
    PairingProposed,
    PairingResumed,
)
from shared.transitions import step

SIDES_MAX = 50
"""Helpers of one pairing at most, and households: as many as one member may lead."""


class PairingMode(StrEnum):
    """How many stand on each side: helpers first, households second."""

    ONE_ONE = "one_one"
    MANY_ONE = "many_one"
    ONE_MANY = "one_many"


class PairingState(StrEnum):
    """Where a pairing stands (domain.md, 2)."""

    PROPOSED = "proposed"
    CONSENTED = "consented"
    DECLINED = "declined"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class PairingAction(StrEnum):
    """What may be done to a pairing."""

    CONSENT = "consent"
    DECLINE = "decline"
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    RELEASE = "release"
    END = "end"


class EndReason(StrEnum):
    """Why a pairing ended (domain.md, 2)."""

    MOVED = "moved"
    DIED = "died"
    HELPER_LEFT = "helper_left"
    ON_REQUEST = "on_request"
    REPLACED = "replaced"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"


# Beyond domain.md: who has consented may still decline until it begins, and one of several
# households may be released while the pairing goes on for the others.
TRANSITIONS: Mapping[PairingState, Mapping[PairingAction, PairingState]] = {
    PairingState.PROPOSED: {
        PairingAction.CONSENT: PairingState.CONSENTED,
        PairingAction.DECLINE: PairingState.DECLINED,
        PairingAction.RELEASE: PairingState.PROPOSED,
    },
    PairingState.CONSENTED: {
        PairingAction.ACTIVATE: PairingState.ACTIVE,
        PairingAction.DECLINE: PairingState.DECLINED,
        PairingAction.RELEASE: PairingState.CONSENTED,
    },
    PairingState.DECLINED: {},
    PairingState.ACTIVE: {
        PairingAction.PAUSE: PairingState.PAUSED,
        PairingAction.RELEASE: PairingState.ACTIVE,
        PairingAction.END: PairingState.ENDED,
    },
    PairingState.PAUSED: {
        PairingAction.RESUME: PairingState.ACTIVE,
        PairingAction.RELEASE: PairingState.PAUSED,
        PairingAction.END: PairingState.ENDED,
    },
    PairingState.ENDED: {},
}

LIVE = tuple(state for state, actions in TRANSITIONS.items() if actions)
"""The states from which something can still happen; such a pairing counts as carried."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who helps whom; ids of members and of households, each side in the order it was given."""

    id: str
    community: str
    version: int
    state: PairingState
    mode: PairingMode
    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]
    end_reason: EndReason | None = None


Outcome = tuple[Pairing, list[Event]]


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


def consent(pairing: Pairing) -> Outcome:
    """Both sides agreed."""
    return _move(pairing, PairingAction.CONSENT), [PairingConsented(pairing_id=pairing.id)]


def decline(pairing: Pairing) -> Outcome:
    """One side does not want it; only before it has begun."""
    return _move(pairing, PairingAction.DECLINE), [PairingDeclined(pairing_id=pairing.id)]


def activate(pairing: Pairing, *, households: Sequence[Household], at: datetime) -> Outcome:
    """Begin. ``households``: all of the pairing's. ``Conflict`` if one has no consent in force."""
    moved = _move(pairing, PairingAction.ACTIVATE)
    _check_consent(households, at)
    return moved, [PairingActivated(pairing_id=pairing.id)]


def pause(pairing: Pairing) -> Outcome:
    """Rest for a while: hospital, travel."""
    return _move(pairing, PairingAction.PAUSE), [PairingPaused(pairing_id=pairing.id)]


def resume(pairing: Pairing, *, households: Sequence[Household], at: datetime) -> Outcome:
    """Go on after a pause; consent is asked for again as in ``activate``."""
    moved = _move(pairing, PairingAction.RESUME)
    _check_consent(households, at)
    return moved, [PairingResumed(pairing_id=pairing.id)]


def end(pairing: Pairing, *, reason: EndReason) -> Outcome:
    """End it for good."""
    ended = replace(_move(pairing, PairingAction.END), end_reason=reason)
    return ended, [PairingEnded(pairing_id=pairing.id, reason=reason.value)]


def release(pairing: Pairing, *, household_id: str, reason: EndReason) -> Outcome:
    """Let one household go: the last one takes the pairing with it, the others stay paired.

    Errors: ``Invalid`` if the household is not of this pairing.
    """
    moved = _move(pairing, PairingAction.RELEASE)
    rest = tuple(each for each in pairing.household_ids if each != household_id)
    if len(rest) == len(pairing.household_ids):
        raise Invalid("pairing.other_household", household_id=household_id)
    if not rest:
        begun = PairingAction.END in TRANSITIONS[pairing.state]
        return end(pairing, reason=reason) if begun else decline(pairing)
    mode = PairingMode.ONE_ONE if len(rest) == 1 else pairing.mode
    event = PairingHouseholdReleased(
        pairing_id=pairing.id, household_id=household_id, mode=mode.value
    )
    return replace(moved, mode=mode, household_ids=rest), [event]


def is_live(pairing: Pairing) -> bool:
    """Whether something can still happen to it."""
    return pairing.state in LIVE


def _move(pairing: Pairing, action: PairingAction) -> Pairing:
    state = step(TRANSITIONS, pairing.state, action, noun="pairing")
    return replace(pairing, state=state)


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


def _check_consent(households: Sequence[Household], at: datetime) -> None:
    for household in households:
        if not consents(household, at=at):
            raise Conflict("pairing.no_consent", household_id=household.id)
