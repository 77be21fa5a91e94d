"""A resident (居民) on the register: who they are, and where they live.

Name, phone and date of birth are personal data: they stand in the document only, sealed, never in
an event, a log or an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from services.pairing.domain.codes import check_languages
from services.pairing.domain.erasure import ErasureReason
from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing_register import (
    PersonChanged,
    PersonErased,
    PersonLeft,
    PersonRegistered,
    PersonReturned,
)
from shared.phones import phone_number
from shared.transitions import step

AGE_YEARS_MAX = 130
"""Beyond the oldest person known (122 years): an older date of birth is a slip of the pen."""


class PersonState(StrEnum):
    """Whether the person lives here."""

    REGISTERED = "registered"
    LEFT = "left"
    ERASED = "erased"


class PersonAction(StrEnum):
    """What may be done to the record of a person."""

    CHANGE = "change"
    LEAVE = "leave"
    RETURN = "return"
    ERASE = "erase"


TRANSITIONS: Mapping[PersonState, Mapping[PersonAction, PersonState]] = {
    PersonState.REGISTERED: {
        PersonAction.CHANGE: PersonState.REGISTERED,
        PersonAction.LEAVE: PersonState.LEFT,
        PersonAction.ERASE: PersonState.ERASED,
    },
    PersonState.LEFT: {
        PersonAction.CHANGE: PersonState.LEFT,
        PersonAction.RETURN: PersonState.REGISTERED,
        PersonAction.ERASE: PersonState.ERASED,
    },
    PersonState.ERASED: {},
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is told of a person; None where it is not known."""

    name: str
    phone: str | None = None
    birth_date: date | None = None
    dwelling_id: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A resident; without a name once erased. ``external_ref``: an importer's own reference."""

    id: str
    community: str
    version: int
    state: PersonState
    name: str
    phone: str | None = None
    birth_date: date | None = None
    dwelling_id: str | None = None
    languages: tuple[str, ...] = ()
    external_ref: str | None = None
    erased_at: datetime | None = None


Outcome = tuple[Person, list[Event]]


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    told: Particulars,
    on: date,
    external_ref: str | None = None,
) -> Outcome:
    """Put a resident on the register. ``on``: today, where the community is.

    Errors: ``Invalid`` for a date of birth in the future or beyond 130 years, and for languages.
    """
    _check(told, on)
    person = Person(
        id=id,
        community=community,
        version=0,
        state=PersonState.REGISTERED,
        name=told.name,
        external_ref=external_ref,
    )
    return _with(person, told), [PersonRegistered(person_id=id)]


def change(person: Person, *, told: Particulars, on: date) -> Outcome:
    """Put what is told in place of what was known; nothing is told of what is so already.

    Errors: as for ``register``.
    """
    _check(told, on)
    changed = _with(_moved(person, PersonAction.CHANGE), told)
    return changed, [] if changed == person else [PersonChanged(person_id=person.id)]


def leave(person: Person) -> Outcome:
    """They live here no more; where they lived is forgotten."""
    gone = replace(_moved(person, PersonAction.LEAVE), dwelling_id=None)
    return gone, [PersonLeft(person_id=person.id)]


def come_back(person: Person, *, dwelling_id: str | None) -> Outcome:
    """They live here again."""
    back = replace(_moved(person, PersonAction.RETURN), dwelling_id=dwelling_id)
    return back, [PersonReturned(person_id=person.id)]


def particulars_of(person: Person) -> Particulars:
    """What is known of a person."""
    return Particulars(**{each.name: getattr(person, each.name) for each in fields(Particulars)})


def erase(person: Person, *, reason: ErasureReason, at: datetime) -> Outcome:
    """Forget who it was: an id without anything remains, so that the past can be counted."""
    empty = Person(
        id=person.id,
        community=person.community,
        version=person.version,
        state=_moved(person, PersonAction.ERASE).state,
        name="",
        erased_at=at,
    )
    return empty, [PersonErased(person_id=person.id, reason=reason.value)]


def _moved(person: Person, action: PersonAction) -> Person:
    return replace(person, state=step(TRANSITIONS, person.state, action, noun="person"))


def _with(person: Person, told: Particulars) -> Person:
    return replace(
        person,
        name=told.name,
        phone=None if told.phone is None else phone_number(told.phone, pointer="/phone"),
        birth_date=told.birth_date,
        dwelling_id=told.dwelling_id,
        languages=check_languages(told.languages),
    )


def _check(told: Particulars, on: date) -> None:
    if told.birth_date is None:
        return
    if told.birth_date > on:
        raise Invalid("person.born_in_future", pointer="/birth_date")
    if told.birth_date.year < on.year - AGE_YEARS_MAX:
        raise Invalid("person.born_long_ago", pointer="/birth_date", years=AGE_YEARS_MAX)
