"""What is sent about activities, and what is shown of them: who comes only to who answers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.pairing.domain.activity import (
    CAPACITY_MAX,
    MINUTES_MAX,
    RECORDED_AT_ONCE_MAX,
    Activity,
    ActivityState,
    Plan,
    SignUp,
)
from shared.envelope import CALL
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Title = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Place = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ActivityChangeBody(Body):
    """What it is, when and where, until when people sign up, and for how many there is room."""

    title: Title
    place: Place
    starts_at: Moment
    ends_at: Moment
    sign_up_until: Moment
    capacity: Annotated[int, Field(strict=True, ge=1, le=CAPACITY_MAX)]

    def plan(self) -> Plan:
        """The same in the domain's words."""
        return Plan(
            title=self.title,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            sign_up_until=self.sign_up_until,
            capacity=self.capacity,
        )


class ActivityBody(ActivityChangeBody):
    """An activity; ``community`` only for callers of several."""

    community: Ref | None = None


class SignUpBody(Body):
    """Nothing, or who is meant, said by who answers for activities."""

    person_id: Ref | None = None


class AttendanceBody(Body):
    """Somebody who was there, and for how many minutes."""

    person_id: Ref
    minutes: Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)]


class AttendancesBody(Body):
    """Who was there."""

    people: Annotated[
        tuple[AttendanceBody, ...], Field(min_length=1, max_length=RECORDED_AT_ONCE_MAX)
    ]


class ActivityView(View):
    """An activity: how many come and wait, and whether the reader is among them.

    ``own_place``: ``seat``, ``waiting`` or null; ``own_number``: how many there are up to oneself.
    """

    id: str
    community: str
    version: int
    state: ActivityState
    branch_id: str | None
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    sign_up_until: datetime
    capacity: int
    coming: int
    waiting: int
    own_place: str | None
    own_number: int | None

    @classmethod
    def of(cls, activity: Activity) -> "ActivityView":
        """The view of an activity for whoever calls."""
        place, number = _own(activity, CALL.get().actor)
        told = activity.plan
        return cls(
            id=activity.id,
            community=activity.community,
            version=activity.version,
            state=activity.state,
            branch_id=activity.branch_id,
            title=told.title,
            place=told.place,
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            sign_up_until=told.sign_up_until,
            capacity=told.capacity,
            coming=len(activity.seats),
            waiting=len(activity.queue),
            own_place=place,
            own_number=number,
        )


class SignUpView(View):
    """Somebody who signed up; ``number``: their place in the list that they are on."""

    list: str
    number: int
    person_id: str
    member_id: str | None
    at: datetime
    minutes: int | None

    @classmethod
    def of(cls, signed: SignUp, name: str, number: int) -> "SignUpView":
        """The view of a sign-up."""
        return cls(
            list=name,
            number=number,
            person_id=signed.person_id,
            member_id=signed.member_id,
            at=signed.at,
            minutes=signed.minutes,
        )


def sign_ups(activity: Activity) -> list[SignUpView]:
    """Everybody who comes, and then who waits, first come first."""
    return [
        SignUpView.of(each, name, number)
        for name, people in (("seat", activity.seats), ("waiting", activity.queue))
        for number, each in enumerate(people, start=1)
    ]


def _own(activity: Activity, person_id: str) -> tuple[str | None, int | None]:
    for each in sign_ups(activity):
        if each.person_id == person_id:
            return each.list, each.number
    return None, None
