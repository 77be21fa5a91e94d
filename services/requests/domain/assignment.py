"""Who handles a request (派单), and why somebody would not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unit(StrEnum):
    """Who handles requests."""

    CARE = "care"
    """Pairing: the helpers of care households."""
    PROPERTY = "property"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The unit that leads (首接) and since when; the deadline is the request's own."""

    unit: Unit
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was rejected or returned: a code, words for its readers, and who might do it instead.

    The words stay in the request; only the code is told to others.
    """

    reason: str
    note: str | None = None
    suggested_unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class CareTask:
    """What is known of pairing's latest task for the request; not ``under_way``: over for us."""

    id: str
    under_way: bool


class RejectionReason(StrEnum):
    """Why the community does not take a request on; pairing has reasons of its own for a return."""

    OUTSIDE_REMIT = "outside_remit"
    """Somebody else's business: the note says whose."""
    OUTSIDE_AREA = "outside_area"
    NOT_ENOUGH_FACTS = "not_enough_facts"
    ALREADY_HANDLED = "already_handled"
    NOT_LAWFUL = "not_lawful"


class ReturnReason(StrEnum):
    """Why a unit gives a request back."""

    WRONG_UNIT = "wrong_unit"
    NOT_ENOUGH_FACTS = "not_enough_facts"
    NO_CAPACITY = "no_capacity"
    NOT_POSSIBLE = "not_possible"
