"""How a community asks for help (征询规则): how many at once and how long they have; data over a
common default, which is ours.

An offer keeps the time that it was given, whatever the rules are by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.pairing.domain.care_offer import Rung
from shared.days import day_of, start_of
from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing_care import CareRulesAdopted, CareRulesChanged

AT_ONCE_MAX = ASKED_MAX = 50
SECONDS_MIN, SECONDS_MAX = 60, 7 * 24 * 3600
DAY_MINUTES, DAY_MINUTES_MIN = 24 * 60, 60
SHARE_PERCENT_MIN, SHARE_PERCENT_MAX = 1, 100
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RungRule:
    """How long each on a rung has to answer, how many are asked at once (1: one after the other),
    and how many at most; none if ``asked_max`` is 0."""

    answer_seconds: int
    at_once: int
    asked_max: int


@dataclass(frozen=True, slots=True)
class CareRules:
    """The rules of a community.

    Without ``id`` and ``community`` they are the default (version 1), which every community has
    until it changes it. Time to answer is counted between ``day_begins`` and ``day_ends`` (minutes
    of the day by the community's clocks), so that nobody has to answer at night. What is urgent
    does not wait: an answer takes no more than ``share_percent`` of the time that is left until the
    request is due, by day and by night, but ``least_seconds``.
    """

    rungs: Mapping[Rung, RungRule]
    day_begins: int = 7 * 60
    day_ends: int = 21 * 60
    share_percent: int = 25
    least_seconds: int = 600
    id: str = ""
    community: str = ""
    version: int = 1


Decided = tuple[CareRules, list[Event]]

DEFAULT_RULES = CareRules(
    rungs={
        # A household's own helpers know it, and are asked one by one, so that nobody sets out in
        # vain; whoever holds a post or lives near is asked with others, as time is running by then.
        Rung.OWN: RungRule(answer_seconds=4 * 3600, at_once=1, asked_max=10),
        Rung.POST: RungRule(answer_seconds=3 * 3600, at_once=3, asked_max=10),
        Rung.MATCHED: RungRule(answer_seconds=2 * 3600, at_once=5, asked_max=15),
    }
)


def answer_by(rules: CareRules, rung: Rung, *, at: datetime, due_at: datetime | None) -> datetime:
    """Until when somebody who is asked at this moment has time, in whole seconds from it."""
    by_day = _waking(rules, at, timedelta(seconds=rules.rungs[rung].answer_seconds))
    if due_at is None or due_at <= at:
        return by_day
    share = int((due_at - at).total_seconds()) * rules.share_percent // 100
    return min(by_day, at + timedelta(seconds=max(share, rules.least_seconds)))


def change(known: CareRules, wanted: CareRules) -> Decided | None:
    """The next version; None if nothing is different.

    ``Invalid`` if it is not sound. The default becomes the community's own by its first change: two
    events, so that the changed one is version 2 and the default stays version 1.
    """
    wanted = replace(wanted, version=known.version)
    if replace(known, id=wanted.id, community=wanted.community) == wanted:
        return None
    _check(wanted)
    changed = CareRulesChanged(care_rules_id=wanted.id)
    if known.community:
        return wanted, [changed]
    return replace(wanted, version=0), [CareRulesAdopted(care_rules_id=wanted.id), changed]


def _waking(rules: CareRules, start: datetime, span: timedelta) -> datetime:
    """The first moment at which so much of the day has passed since ``start``."""
    day = day_of(start)
    while True:
        midnight = start_of(day)
        begins = max(start, midnight + timedelta(minutes=rules.day_begins))
        ends = midnight + timedelta(minutes=rules.day_ends)
        if ends - begins >= span:
            return begins + span
        span -= max(ends - begins, timedelta(0))
        day += _A_DAY


def _check(rules: CareRules) -> None:
    for rung in Rung:
        _check_rung(rules.rungs.get(rung), rung)
    day = rules.day_ends - rules.day_begins
    if rules.day_begins < 0 or rules.day_ends > DAY_MINUTES or day < DAY_MINUTES_MIN:
        raise Invalid("care_rules.day", pointer="/day_ends", least=DAY_MINUTES_MIN)
    if not SHARE_PERCENT_MIN <= rules.share_percent <= SHARE_PERCENT_MAX:
        least, most = SHARE_PERCENT_MIN, SHARE_PERCENT_MAX
        raise Invalid("care_rules.share", pointer="/share_percent", least=least, most=most)
    _check_seconds(rules.least_seconds, "/least_seconds")


def _check_rung(rule: RungRule | None, rung: Rung) -> None:
    pointer = f"/rungs/{rung.value}"
    if rule is None:
        raise Invalid("care_rules.rung_missing", pointer=pointer)
    _check_seconds(rule.answer_seconds, f"{pointer}/answer_seconds")
    if not 1 <= rule.at_once <= AT_ONCE_MAX:
        raise Invalid("care_rules.at_once", pointer=f"{pointer}/at_once", least=1, most=AT_ONCE_MAX)
    least = 1 if rung is Rung.OWN else 0  # the household's own helper is always asked first
    if not least <= rule.asked_max <= ASKED_MAX:
        at = f"{pointer}/asked_max"
        raise Invalid("care_rules.asked_max", pointer=at, least=least, most=ASKED_MAX)


def _check_seconds(seconds: int, pointer: str) -> None:
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise Invalid("care_rules.seconds", pointer=pointer, least=SECONDS_MIN, most=SECONDS_MAX)
