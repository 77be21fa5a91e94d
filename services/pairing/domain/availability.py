"""When in a week somebody has time: slots by the clocks of the community, Monday first.

Members say so of themselves, and households of what suits them; matching compares the two.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from shared.errors import Invalid

SLOTS_MAX = 42
"""Ours: six of each day."""
DAYS, HOUR_MINUTES, DAY_MINUTES = 7, 60, 24 * 60
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """From ``start`` to ``end`` (HH:MM, the end at most 24:00) on a weekday, 1 (Monday) to 7."""

    weekday: int
    start: str
    end: str


def check_slots(slots: tuple[TimeSlot, ...], *, field: str) -> tuple[TimeSlot, ...]:
    """The slots in the order of the week. ``Invalid``, with the field at fault, for a weekday or a
    time that there is not, an end that is not after its start, two that overlap or over 42."""
    if len(slots) > SLOTS_MAX:
        raise Invalid("availability.too_many", pointer=f"/{field}", most=SLOTS_MAX)
    for number, slot in enumerate(slots):
        _check(slot, f"/{field}/{number}")
    ordered = tuple(sorted(slots, key=_bounds))
    for one, other in pairwise(ordered):
        if common_minutes((one,), (other,)):
            raise Invalid(
                "availability.overlaps",
                pointer=f"/{field}",
                weekday=f"weekday.{one.weekday}",
                start=other.start,
                end=one.end,
            )
    return ordered


def common_minutes(these: Iterable[TimeSlot], those: Iterable[TimeSlot]) -> int:
    """How many minutes of a week are in both; neither has slots that overlap."""
    others = [_bounds(each) for each in those]
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in map(_bounds, these)
        for other_start, other_end in others
    )


def minute_of(clock: str) -> int:
    """The minute of the day that ``HH:MM`` names."""
    hours, minutes = clock.split(":")
    return int(hours) * HOUR_MINUTES + int(minutes)


def _bounds(slot: TimeSlot) -> tuple[int, int]:
    """In minutes of the week."""
    day = (slot.weekday - 1) * DAY_MINUTES
    return day + minute_of(slot.start), day + minute_of(slot.end)


def _check(slot: TimeSlot, pointer: str) -> None:
    if not 1 <= slot.weekday <= DAYS:
        raise Invalid("availability.weekday", pointer=f"{pointer}/weekday", most=DAYS)
    for name, clock in (("start", slot.start), ("end", slot.end)):
        if not _CLOCK.fullmatch(clock):
            raise Invalid("availability.clock", pointer=f"{pointer}/{name}")
    if minute_of(slot.end) <= minute_of(slot.start):
        raise Invalid("availability.order", pointer=f"{pointer}/end")
