"""When a consent that has an end is to be asked for again."""

from datetime import datetime, timedelta

REMIND_BEFORE = timedelta(days=14)
"""Ours: two visits of a helper at a high-risk household, who can ask whether it goes on."""


def remind_at(since: datetime, until: datetime | None) -> datetime | None:
    """Two weeks before its end, or where it lasts shorter than four, when half of it is over; None
    if it has no end."""
    return None if until is None else until - min(REMIND_BEFORE, (until - since) / 2)
