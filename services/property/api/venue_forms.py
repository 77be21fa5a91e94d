"""What is sent about venues and bookings, and what is shown of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.domain.booking import Booking, BookingEnd, BookingState
from services.property.domain.venue import (
    OPENINGS_MAX,
    SPECIAL_DAYS_MAX,
    Offer,
    Opening,
    SpecialDay,
    VenueRules,
)
from services.property.service.booking import BookingDraft, VenueDay
from shared.web import Body, View
from shared.web.forms import Day, Moment, Ref

ClockTime = Annotated[str, StringConstraints(min_length=5, max_length=5)]
Whole = Annotated[int, Field(strict=True, ge=0, le=1_440)]


class OpeningBody(Body):
    """Open on a weekday from a time until another."""

    weekday: Annotated[int, Field(strict=True, ge=1, le=7)]
    open_from: ClockTime
    open_until: ClockTime


class SpecialDayBody(Body):
    """Open on this day at these times alone; closed if there are none."""

    day: Day
    open_from: ClockTime | None = None
    open_until: ClockTime | None = None


class VenueRulesBody(Body):
    """When a venue is open, and what of that may be booked."""

    opening_hours: Annotated[tuple[OpeningBody, ...], Field(max_length=OPENINGS_MAX)]
    special_days: Annotated[tuple[SpecialDayBody, ...], Field(max_length=SPECIAL_DAYS_MAX)] = ()
    least_minutes: Whole = 60
    most_minutes: Whole = 180
    ahead_days: Whole = 14

    def offer(self) -> Offer:
        """In the words of the domain."""
        return Offer(
            opening_hours=tuple(Opening(**each.model_dump()) for each in self.opening_hours),
            special_days=tuple(SpecialDay(**each.model_dump()) for each in self.special_days),
            least_minutes=self.least_minutes,
            most_minutes=self.most_minutes,
            ahead_days=self.ahead_days,
        )


class OpeningView(View):
    """Open on a weekday from a time until another."""

    weekday: int
    open_from: str
    open_until: str


class SpecialDayView(View):
    """Open on this day at these times alone; closed if there are none."""

    day: date
    open_from: str | None
    open_until: str | None


class VenueRulesView(View):
    """When a venue is open, and what of that may be booked; version 0 if nothing was said."""

    id: str
    community: str
    version: int
    estate_id: str
    facility_id: str
    opening_hours: list[OpeningView]
    special_days: list[SpecialDayView]
    least_minutes: int
    most_minutes: int
    ahead_days: int

    @classmethod
    def of(cls, rules: VenueRules) -> "VenueRulesView":
        """As everybody sees it."""
        offer = rules.offer
        return cls(
            id=rules.id,
            community=rules.community,
            version=rules.version,
            estate_id=rules.estate_id,
            facility_id=rules.facility_id,
            opening_hours=[
                OpeningView.model_validate(each, from_attributes=True)
                for each in offer.opening_hours
            ],
            special_days=[
                SpecialDayView.model_validate(each, from_attributes=True)
                for each in offer.special_days
            ],
            least_minutes=offer.least_minutes,
            most_minutes=offer.most_minutes,
            ahead_days=offer.ahead_days,
        )


class OpenTimeView(View):
    """From a time of the day until another."""

    open_from: str
    open_until: str


class BusyTimeView(View):
    """A time that somebody has; whose it is, is not told."""

    starts_at: datetime
    ends_at: datetime


class VenueDayView(View):
    """When a venue is open on a day, and when of that it is somebody's."""

    facility_id: str
    day: date
    open: list[OpenTimeView]
    busy: list[BusyTimeView]

    @classmethod
    def of(cls, facility_id: str, day: date, found: VenueDay) -> "VenueDayView":
        """As everybody sees it."""
        return cls(
            facility_id=facility_id,
            day=day,
            open=[OpenTimeView(open_from=since, open_until=until) for since, until in found.open],
            busy=[BusyTimeView(starts_at=since, ends_at=until) for since, until in found.busy],
        )


class BookingBody(Body):
    """A time of a venue, on quarters of an hour; ``person_id``: for whom the desk books."""

    facility_id: Ref
    dwelling_id: Ref
    starts_at: Moment
    ends_at: Moment
    person_id: Ref | None = None

    def draft(self) -> BookingDraft:
        """In the words of the use case."""
        return BookingDraft(**self.model_dump())


class BookingView(View):
    """A booking, for who made it and for the desk."""

    id: str
    community: str
    version: int
    state: BookingState
    estate_id: str
    facility_id: str
    dwelling_id: str
    person_id: str
    booked_at: datetime
    starts_at: datetime
    ends_at: datetime
    ended_by: BookingEnd | None

    @classmethod
    def of(cls, booking: Booking) -> "BookingView":
        """As the caller sees it."""
        return cls.model_validate(booking, from_attributes=True)
