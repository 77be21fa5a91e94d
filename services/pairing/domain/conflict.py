"""Two people who must not be paired: one may not help in a household in which the other lives.

Who they are to each other, and why, is not written down; that it is so is enough. One record stands
for two people for good, whichever is named first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.household import Household
from services.pairing.domain.member import Member
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing_conflict import ConflictLifted, ConflictRegistered
from shared.transitions import step


class ConflictState(StrEnum):
    """Whether it still holds."""

    STANDING = "standing"
    LIFTED = "lifted"


class ConflictAction(StrEnum):
    """What may be done to it."""

    REGISTER = "register"
    LIFT = "lift"


TRANSITIONS: Mapping[ConflictState, Mapping[ConflictAction, ConflictState]] = {
    ConflictState.STANDING: {ConflictAction.LIFT: ConflictState.LIFTED},
    ConflictState.LIFTED: {ConflictAction.REGISTER: ConflictState.STANDING},
}


@dataclass(frozen=True, slots=True)
class PersonConflict:
    """Two people, in the order of their ids; ``by`` and ``at``: of what was last done to it."""

    id: str
    community: str
    version: int
    state: ConflictState
    person_ids: tuple[str, str]
    by: str
    at: datetime


Outcome = tuple[PersonConflict, list[Event]]
Pair = tuple[str, str]
"""A helper's and a household's id."""


def in_order(person_ids: Collection[str]) -> tuple[str, str]:
    """Two people in the order of their ids. ``Invalid`` unless they are two."""
    people = sorted(set(person_ids))
    if len(people) != 2 or len(person_ids) != 2:
        raise Invalid("conflict.two_people", pointer="/person_ids")
    return people[0], people[1]


def register(conflict: PersonConflict) -> Outcome:
    """Put a new one on record, as it is given."""
    return conflict, [ConflictRegistered(conflict_id=conflict.id)]


def register_again(conflict: PersonConflict, *, by: str, at: datetime) -> Outcome:
    """It holds again. ``WrongState`` if it does already."""
    again = _moved(conflict, ConflictAction.REGISTER, by, at)
    return again, [ConflictRegistered(conflict_id=conflict.id)]


def lift(conflict: PersonConflict, *, by: str, at: datetime) -> Outcome:
    """The two may be paired."""
    lifted = _moved(conflict, ConflictAction.LIFT, by, at)
    return lifted, [ConflictLifted(conflict_id=conflict.id)]


def apart(
    helpers: Sequence[Member], households: Sequence[Household], conflicts: Sequence[PersonConflict]
) -> list[Pair]:
    """Which of these helpers must not help in which of these households, their own included."""
    standing = [set(each.person_ids) for each in conflicts if each.state is ConflictState.STANDING]
    return [
        (helper.id, household.id)
        for helper in helpers
        for household in households
        for person in household.person_ids
        if person == helper.person_id or {person, helper.person_id} in standing
    ]


def check_together(
    helpers: Sequence[Member], households: Sequence[Household], conflicts: Sequence[PersonConflict]
) -> None:
    """``Conflict`` if two of these must not be paired; with whom of the household is not said."""
    pairs = apart(helpers, households, conflicts)
    if pairs:
        helper_id, household_id = pairs[0]
        raise Conflict("pairing.kept_apart", helper_id=helper_id, household_id=household_id)


def _moved(
    conflict: PersonConflict, action: ConflictAction, by: str, at: datetime
) -> PersonConflict:
    state = step(TRANSITIONS, conflict.state, action, noun="conflict")
    return replace(conflict, state=state, by=by, at=at)
