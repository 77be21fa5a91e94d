"""A report that a client sends again because no answer came (or by mistake): it is the same one.

Open311 has no key by which a client could say so, and stock clients send none. What is the same in
every word, place, person and picture, from the same client within the hour, is taken for the same.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.requests.domain.progress import Update

WITHIN = timedelta(hours=1)
"""Long enough for a client that tries again, short enough for trouble that comes back."""
PREFIX = "again_"
DIGITS = 40


def refs_of(client_id: str, told: Sequence[object], at: datetime) -> tuple[str, str]:
    """By which a report is known that was told at this moment, and by which one of the hour
    before: nothing of what was told can be read from them.

    A reference is of one hour by the clock, so that the store lets it be there once however many
    come at the same moment.
    """
    hour = int(at.timestamp() // WITHIN.total_seconds())
    return _ref(client_id, told, hour), _ref(client_id, told, hour - 1)


def is_again(first_at: datetime, at: datetime) -> bool:
    """Whether what is told now may be what was told then."""
    return at - first_at <= WITHIN


def said_before(updates: Sequence[Update], update: Update) -> Update | None:
    """The update that says the same, by the same and within the hour; None if there is none."""
    for known in reversed(updates):
        same = (known.by, known.text, known.audience) == (update.by, update.text, update.audience)
        if same and is_again(known.at, update.at):
            return known
    return None


def _ref(client_id: str, told: Sequence[object], hour: int) -> str:
    whole = json.dumps([client_id, hour, *told], ensure_ascii=False, default=str)
    return PREFIX + hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
