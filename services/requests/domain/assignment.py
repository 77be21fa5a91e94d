"""Who handles a request (派单), and why somebody would not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unit(StrEnum):
    """Who handles requests."""

    CARE = "care"
    """Pairing: the helpers of care households."""
    PROPERTY = "property"
    """The property company of the estate (物业服务企业)."""
    TEAM = "team"
    """The estate's volunteer team (志愿服务队), where it has no company."""
    MEDIATION = "mediation"
    COUNCIL = "council"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The unit that has it, since when, and how many had it so far, this one included."""

    unit: Unit
    at: datetime
    number: int = 1


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
    """What is known of pairing's latest task for the request, and its version last heard; not
    ``under_way``: over for us."""

    id: str
    under_way: bool
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """Property's latest work order for the present assignment, and its version last heard.

    What is older comes too late. A later order's id is the greater one: it begins with its time.
    """

    id: str
    seen: int


class HoldReason(StrEnum):
    """Why a request waits (挂起)."""

    PARTS = "parts"
    WEATHER = "weather"
    ACCESS = "access"
    """Nobody opens the door."""
    REQUESTER = "requester"
    """The requester asked to wait, or has to answer first."""
    OTHERS = "others"
    """Another body has to act first."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why, since when and until when the clocks stand still; ``until`` None: until it is resumed.

    The note stays in the request.
    """

    reason: HoldReason
    at: datetime
    until: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """Who has it instead (转办), such as 12345, and the number that it bears there, if known."""

    to: str
    number: str | None = None
    note: str | None = None


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
