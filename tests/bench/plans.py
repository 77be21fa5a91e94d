"""The next visit of 100,000 pairings, by their plans and the floors of their households.

Plans of ten years, of many rhythms and of none, each with its festivals. ``bare`` is dateutil asked
for the next day of each rhythm, as one would without us: no festivals, no floors.
"""

import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr

from services.pairing.domain.household import RiskLevel
from services.pairing.domain.plan import (
    CareService,
    Plan,
    PlannedService,
    next_occurrence,
    usual_plan,
)
from tests.bench.row import Row

NAME = "next-visits-100k"
PAIRINGS = 100_000
BARE_PAIRINGS = 2_000
TODAY = date(2026, 11, 24)
YEARS_BACK_DAYS = 3_650
RULES = (
    None,
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10",
    "FREQ=DAILY;INTERVAL=10",
)


def plans_row() -> Row:
    """All of them once; in seconds of this process."""
    chance = random.Random(7)
    made = [_made(chance) for _ in range(PAIRINGS)]
    ours = _rate(PAIRINGS, lambda: [_next(plan, risk, since) for plan, risk, since in made])
    few = [plan for plan, _, _ in made if plan[0].rhythm][:BARE_PAIRINGS]
    bare = _rate(len(few), lambda: [_bare(plan) for plan in few])
    return Row(NAME, ours, bare, ours / bare, None, None)


def _made(chance: random.Random) -> tuple[Plan, RiskLevel, date]:
    since = TODAY - timedelta(days=chance.randrange(YEARS_BACK_DAYS))
    rule, festive = chance.choice(RULES), usual_plan(since)
    chats = () if rule is None else (_chat(rule, since),)
    return (*chats, *festive), chance.choice(list(RiskLevel)), since


def _chat(rule: str, since: date) -> PlannedService:
    return PlannedService(CareService.CHAT, rule, None, since, "10:00", 4)


def _next(plan: Plan, risk: RiskLevel, since: date) -> date:
    return next_occurrence(plan, risk=risk, since=TODAY, anchor=since).on


def _bare(plan: Plan) -> datetime | None:
    start = datetime.combine(plan[0].starts_on, datetime.min.time())
    today = datetime.combine(TODAY, datetime.min.time())
    found: datetime | None = rrulestr(plan[0].rhythm or "", dtstart=start).after(today, inc=True)
    return found


def _rate(count: int, work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return count / (time.process_time() - begun)
