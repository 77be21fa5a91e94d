"""A visit that somebody asks for outside of a pairing's rhythm: after a danger sign or a call.

A household is looked in on within 24 h of a major change (domain.md, 3: a regional rule), which is
what is asked for unless something else is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.pairing.domain.errand import Errand, Window
from services.pairing.domain.household import Household
from services.pairing.domain.plan import CareService
from services.pairing.domain.rota import Round, extra, stopped
from services.pairing.domain.visit import OPEN_STATES, Visit
from shared.days import day_of
from shared.errors import Conflict, Invalid

HOURS_DEFAULT, HOURS_MAX = 24, 72
AHEAD_MAX = timedelta(days=30)
EXTRA_MAX = 5
"""Open visits outside of the plan to one household: who asks for more is asking again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, under an id of its own."""

    id: str
    services: tuple[CareService, ...]
    window: Window


def window_of(*, opens_at: datetime | None, hours: int, at: datetime) -> Window:
    """The time in which it is to be made, from now on if not told otherwise.

    ``Invalid`` for a time that has begun, or begins beyond ``AHEAD_MAX``.
    """
    start = at if opens_at is None else opens_at
    if not at <= start <= at + AHEAD_MAX:
        raise Invalid("visit.opens_at", pointer="/opens_at", most=AHEAD_MAX.days)
    return Window(day_of(start), start, start + timedelta(hours=hours))


def home_of(round_: Round, household_id: str | None) -> Household:
    """The household that is meant: who names none means the only one. ``Invalid``."""
    named = round_.pairing.household_ids if household_id is None else (household_id,)
    if len(named) != 1:
        raise Invalid("visit.which_household", pointer="/household_id")
    round_.pairing.check_household(named[0])
    return round_.households[named[0]]


def ask(
    round_: Round, household: Household, known: Iterable[Visit], *, asked: Asked, at: datetime
) -> Errand:
    """The visit that is asked for. ``known``: those of this household that are open.

    Errors: ``Conflict`` if the household is not visited now (the pairing rests or is over, its
    consent is out), or has ``EXTRA_MAX`` such visits ahead.
    """
    reason = stopped(round_, household.id, at=at)
    if reason is not None:
        raise Conflict("visit.not_visited", reason=f"visit.{reason.value}")
    ahead = [each for each in known if each.extra and each.state in OPEN_STATES]
    if len(ahead) >= EXTRA_MAX:
        raise Conflict("visit.extra_full", most=EXTRA_MAX)
    of = tuple(dict.fromkeys(each.value for each in asked.services))
    return extra(round_, household, key=f"asked:{asked.id}", of=of, window=asked.window)
