"""A rating (评议) of a contractor's month by one of the committee or of the volunteers."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.errors import Invalid
from shared.events import Event
from shared.events.property_supervision import RatingGiven

SCORE_MIN, SCORE_MAX = 1, 5


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's rating of one month, from 1 (bad) to 5; it may be given anew while it runs."""

    id: str
    community: str
    version: int
    contractor_id: str
    month: str
    score: int
    given_by: str
    given_at: datetime


def give(rating: Rating, *, score: int, at: datetime) -> tuple[Rating, list[Event]]:
    """Rate, or rate anew. ``Invalid`` for a score out of range."""
    if not SCORE_MIN <= score <= SCORE_MAX:
        raise Invalid("rating.score", pointer="/score", least=SCORE_MIN, most=SCORE_MAX)
    after = replace(rating, score=score, given_at=at)
    told = RatingGiven(
        rating_id=rating.id,
        contractor_id=rating.contractor_id,
        month=rating.month,
        score=score,
    )
    return after, [told]
