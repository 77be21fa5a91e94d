"""Whom to call when nobody opens the door."""

from dataclasses import dataclass
from enum import StrEnum

from shared.phones import phone_number

NAME_CHARACTERS_MAX, PHONE_CHARACTERS_MAX = 100, 40


class Relation(StrEnum):
    """What they are to the household."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    RELATIVE = "relative"
    GUARDIAN = "guardian"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """A person by name; stands in no event and in no log."""

    name: str
    phone: str
    relation: Relation


def emergency_contact(name: str, phone: str, relation: Relation) -> EmergencyContact:
    """The contact, its phone number without what people put between digits; ``Invalid`` if it can
    be none."""
    return EmergencyContact(name, phone_number(phone, pointer="/emergency_contact/phone"), relation)
