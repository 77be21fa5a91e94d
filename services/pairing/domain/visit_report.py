"""What is said of a visit: by those who made it, and by who made sure after nobody had answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Attendance(StrEnum):
    """What one participant has said of the visit; those of many_one differ at times."""

    EXPECTED = "expected"
    DONE = "done"
    NO_ANSWER = "no_answer"
    NO_SHOW = "no_show"


class DangerSign(StrEnum):
    """What a helper may see that is worth a look by somebody who knows more."""

    UNWELL = "unwell"
    FALL = "fall"
    CONFUSED = "confused"
    LOW_MOOD = "low_mood"
    NO_FOOD = "no_food"
    COLD_OR_HEAT = "cold_or_heat"
    GAS_OR_FIRE = "gas_or_fire"
    HOME_UNSAFE = "home_unsafe"
    STRANGERS = "strangers"
    OTHER = "other"


class WelfareOutcome(StrEnum):
    """What came of the look at a household that had not answered."""

    WELL = "well"
    AWAY = "away"
    IN_HOSPITAL = "in_hospital"
    HELPED = "helped"
    DIED = "died"


class HelpService(StrEnum):
    """What who was there may ask for in the household's stead: service codes of requests that need
    no answers to questions (a contract test holds them against its types)."""

    CHECK = "care.check"
    COMPANY = "care.company"
    SHOPPING = "care.shopping"
    CLEANING = "care.cleaning"
    ERRAND = "living.errand"
    WATER = "repair.water"
    POWER = "repair.power"
    GAS = "repair.gas"
    GAS_LEAK = "utility.gas_leak"
    HEAT = "repair.heat"
    DRAIN = "repair.drain"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One report; its id was made by the phone, so that a repeat is known as one.

    ``at``: when it happened, as far as phone and server agree; ``received_at``: when we heard.
    """

    id: str
    person_id: str
    outcome: Attendance
    at: datetime
    received_at: datetime
    services: tuple[str, ...] = ()
    minutes: int = 0
    danger_signs: tuple[DangerSign, ...] = ()
    note: str | None = None
    next_wishes: str | None = None
    help_service: HelpService | None = None


@dataclass(frozen=True, slots=True)
class WelfareCheck:
    """Who made sure, when, and what they found."""

    by: str
    at: datetime
    outcome: WelfareOutcome
    note: str | None = None
    help_service: HelpService | None = None
