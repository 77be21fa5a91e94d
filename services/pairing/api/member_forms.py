"""What is sent about members, and what is shown of them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from services.pairing.api.forms import Named
from services.pairing.domain.availability import DAYS, SLOTS_MAX, TimeSlot
from services.pairing.domain.codes import (
    CODE_LENGTH_MAX,
    LANGUAGE_PATTERN,
    LANGUAGES_MAX,
    SKILL_PATTERN,
    SKILLS_MAX,
)
from services.pairing.domain.load import Load
from services.pairing.domain.member import (
    HOURS_DEFAULT,
    HOURS_LIMIT,
    HOUSEHOLDS_MAX_DEFAULT,
    HOUSEHOLDS_MAX_LIMIT,
    LEADS_MAX,
    PROFILE_FIELDS,
    Member,
    MemberKind,
    MemberState,
    Profile,
)
from shared.web import Body, View
from shared.web.forms import Day, Moment, Ref, left_out

Skill = Annotated[str, StringConstraints(pattern=SKILL_PATTERN, max_length=CODE_LENGTH_MAX)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN, max_length=CODE_LENGTH_MAX)]
Clock = Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
Households = Annotated[int, Field(strict=True, ge=1, le=HOUSEHOLDS_MAX_LIMIT)]
Hours = Annotated[int, Field(strict=True, ge=1, le=HOURS_LIMIT)]


class TimeSlotBody(Body):
    """Some hours of a weekday, 1 (Monday) to 7, by the clocks of the community; ends by 24:00."""

    weekday: Annotated[int, Field(strict=True, ge=1, le=DAYS)]
    start: Clock
    end: Clock

    def slot(self) -> TimeSlot:
        """The same in the domain's words."""
        return TimeSlot(self.weekday, self.start, self.end)


Skills = Annotated[tuple[Skill, ...], Field(max_length=SKILLS_MAX)]
Languages = Annotated[tuple[Language, ...], Field(max_length=LANGUAGES_MAX)]
Slots = Annotated[tuple[TimeSlotBody, ...], Field(max_length=SLOTS_MAX)]
Leads = Annotated[tuple[Ref, ...], Field(max_length=LEADS_MAX)]


class MemberBody(Body):
    """A member; ``community`` only for callers of several."""

    person_id: Ref
    branch_id: Ref
    name: Named | None = None
    kind: MemberKind = MemberKind.MEMBER
    households_max: Households = HOUSEHOLDS_MAX_DEFAULT
    hours_a_month: Hours = HOURS_DEFAULT
    skills: Skills = ()
    languages: Languages = ()
    dwelling_id: Ref | None = None
    availability: Slots = ()
    leads: Leads = ()
    joined_on: Day | None = None
    community: Ref | None = None

    def profile(self) -> Profile:
        """The same in the domain's words."""
        return Profile(**{name: in_domain(getattr(self, name)) for name in PROFILE_FIELDS})


class MemberChangeBody(Body):
    """What is to be different; what is left out stays as it is, and null takes a name, a dwelling
    or a day away."""

    branch_id: Ref = left_out()
    name: Named | None = None
    kind: MemberKind = left_out()
    households_max: Households = left_out()
    hours_a_month: Hours = left_out()
    skills: Skills = left_out()
    languages: Languages = left_out()
    dwelling_id: Ref | None = None
    availability: Slots = left_out()
    leads: Leads = left_out()
    joined_on: Day | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent, in the domain's words."""
        return {name: in_domain(getattr(self, name)) for name in sorted(self.model_fields_set)}


class AbsenceBody(Body):
    """From when (nothing: from now) until when; null: until it is told."""

    since: Moment | None = None
    until: Moment | None


class TimeSlotView(View):
    """Some hours of a weekday."""

    weekday: int
    start: str
    end: str


class AbsenceView(View):
    """An absence to come."""

    since: datetime
    until: datetime | None


class MemberView(View):
    """A member after a change, without the name: what is answered is kept, and a name is sealed."""

    id: str
    community: str
    version: int
    person_id: str
    branch_id: str
    kind: MemberKind
    state: MemberState
    away_until: datetime | None
    planned: AbsenceView | None
    households_max: int
    hours_a_month: int
    skills: list[str]
    languages: list[str]
    dwelling_id: str | None
    availability: list[TimeSlotView]
    leads: list[str]
    joined_on: date | None

    @classmethod
    def of(cls, member: Member) -> "MemberView":
        """The view of a member."""
        return cls.model_validate(member, from_attributes=True)


class NamedMemberView(MemberView):
    """A member as branches and staff see them, and they themselves."""

    name: str | None

    @classmethod
    def of(cls, member: Member) -> "NamedMemberView":
        """The view of a member."""
        return cls.model_validate(member, from_attributes=True)


class MemberLoadView(View):
    """What a member carries of what they can. Minutes are not told: with few households they would
    say how much at risk each of them is."""

    member_id: str
    branch_id: str
    name: str | None
    state: MemberState
    households: int
    households_max: int
    hours_a_month: int

    @classmethod
    def of(cls, member: Member, load: Load) -> "MemberLoadView":
        """The view of a member's load."""
        return cls(
            member_id=member.id,
            branch_id=member.branch_id,
            name=member.name,
            state=member.state,
            households=load.households,
            households_max=member.households_max,
            hours_a_month=member.hours_a_month,
        )


def in_domain(value: Any) -> Any:
    """A field's value in the domain's words."""
    if isinstance(value, tuple):
        return tuple(each.slot() if isinstance(each, TimeSlotBody) else each for each in value)
    return value
