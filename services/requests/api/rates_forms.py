"""What is asked about rates and what is shown of them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Query

from services.requests.domain.assignment import Unit
from services.requests.domain.rates import (
    PERIODS,
    Dimension,
    Question,
    Row,
    dimensions,
    period,
)
from shared.web import View
from shared.web.forms import Day, QueryId

DIMENSIONS_MAX = 3
_FIELDS = {
    **dict.fromkeys(PERIODS, "period"),
    Dimension.CATEGORY: "category",
    Dimension.GROUP: "group",
    Dimension.UNIT: "unit",
    Dimension.BUILDING: "building_id",
    Dimension.ESTATE: "estate_id",
    Dimension.COMMUNITY: "community",
}


@dataclass(frozen=True, slots=True)
class RatesQuery:
    """Which rates are asked for; None: any."""

    first_on: date | None
    last_on: date | None
    by: tuple[Dimension, ...]
    service_code: str | None
    unit: Unit | None
    building_id: str | None
    estate_id: str | None

    def question(self, communities: tuple[str, ...], today: date) -> Question:
        """The same in the domain's words: without days, the month of the last one until that day,
        which is today if it is not told. ``Invalid``."""
        last_on = self.last_on or today
        return Question(
            period(self.first_on or last_on.replace(day=1), last_on),
            communities,
            dimensions(self.by),
            service_code=self.service_code,
            unit=self.unit,
            building_id=self.building_id,
            estate_id=self.estate_id,
        )


async def asked(  # noqa: PLR0913  one for each thing that a query may say
    first_on: Day | None = None,
    last_on: Day | None = None,
    by: Annotated[list[Dimension] | None, Query(max_length=DIMENSIONS_MAX)] = None,
    service_code: QueryId = None,
    unit: Unit | None = None,
    building_id: QueryId = None,
    estate_id: QueryId = None,
) -> RatesQuery:
    """The dependency that reads which rates are asked for."""
    dimensions_ = tuple(by or ())
    return RatesQuery(first_on, last_on, dimensions_, service_code, unit, building_id, estate_id)


class ShareView(View):
    """``count`` of ``of``; ``rate`` from 0 to 1, null of nothing."""

    count: int
    of: int
    rate: float | None


class RatesView(View):
    """The rates of one value of each thing that they are told apart by; null: not told apart by
    it, or its requests have none.

    ``response`` (响应率): the requester was spoken to before it was due, of all that were followed
    up. ``resolution`` (解决率): "yes, it is solved", of all that were answered. ``satisfaction``
    (满意率): a mark of 4 or 5, of all that were answered; ``rated``: how many gave a mark. Each
    request counts once, by its last follow-up, when that was made.
    """

    period: str | None = None
    category: str | None = None
    group: str | None = None
    unit: str | None = None
    building_id: str | None = None
    estate_id: str | None = None
    community: str | None = None
    followed_up: int
    rated: int
    response: ShareView
    resolution: ShareView
    satisfaction: ShareView

    @classmethod
    def of(cls, row: Row, by: tuple[Dimension, ...]) -> "RatesView":
        """The view of a row, whose key has a value for each of these."""
        counts = row.counts
        shares = {
            name: ShareView.model_validate(share, from_attributes=True)
            for name, share in (
                ("response", counts.response),
                ("resolution", counts.resolution),
                ("satisfaction", counts.satisfaction),
            )
        }
        told = {_FIELDS[each]: value for each, value in zip(by, row.key, strict=True)}
        told_counts = {"followed_up": counts.followed_up, "rated": counts.rated}
        return cls.model_validate({**told, **told_counts, **shares})
