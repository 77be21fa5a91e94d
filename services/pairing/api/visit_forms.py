"""What is sent about visits, and what is shown of them: what was seen there only on record."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.pairing.api.household_forms import EmergencyContactView
from services.pairing.domain.check_in import MINUTES_MAX
from services.pairing.domain.plan import CareService
from services.pairing.domain.visit import CancelReason, Visit, VisitState
from services.pairing.domain.visit_asking import HOURS_DEFAULT, HOURS_MAX
from services.pairing.domain.visit_report import (
    Attendance,
    CheckIn,
    DangerSign,
    HelpService,
    WelfareCheck,
    WelfareOutcome,
)
from services.pairing.service.visit import Contact, Found, Read, Tap
from services.pairing.service.visit_asking import Wanted
from shared.web import Body, View
from shared.web.forms import Moment, Note, Ref

Minutes = Annotated[int, Field(strict=True, ge=0, le=MINUTES_MAX)]
Signs = Annotated[tuple[DangerSign, ...], Field(max_length=len(DangerSign))]
Services = Annotated[tuple[CareService, ...], Field(max_length=len(CareService))]


class CheckInBody(Body):
    """A report from a phone: its own id is enough, if it was done as planned.

    ``check_in_id`` is made by the phone when it is tapped, and sent again as it is until there is
    an answer. ``at``: when it happened, and ``sent_at``: when this was sent, by the phone's clock.
    """

    check_in_id: Ref
    outcome: Literal[Attendance.DONE, Attendance.NO_ANSWER] = Attendance.DONE
    at: Moment | None = None
    sent_at: Moment | None = None
    services: Services | None = None
    minutes: Minutes | None = None
    danger_signs: Signs = ()
    note: Note | None = None
    next_wishes: Note | None = None
    help_service: HelpService | None = None

    def tap(self) -> Tap:
        """The same for the use case."""
        return Tap(
            id=self.check_in_id,
            outcome=self.outcome,
            tapped_at=self.at,
            sent_at=self.sent_at,
            services=self.services and tuple(self.services),
            minutes=self.minutes,
            danger_signs=tuple(dict.fromkeys(self.danger_signs)),
            note=self.note,
            next_wishes=self.next_wishes,
            help_service=self.help_service,
        )


class VisitBody(Body):
    """A visit outside of the pairing's rhythm: to be made within so many hours, from now or from
    ``opens_at`` on. ``household_id`` only for a pairing of several."""

    pairing_id: Ref
    household_id: Ref | None = None
    services: Annotated[Services, Field(min_length=1)] = (CareService.CHAT,)
    opens_at: Moment | None = None
    hours: Annotated[int, Field(strict=True, ge=1, le=HOURS_MAX)] = HOURS_DEFAULT

    def wanted(self) -> Wanted:
        """The same for the use case."""
        return Wanted(
            self.pairing_id, self.household_id, tuple(self.services), self.opens_at, self.hours
        )


class WelfareCheckBody(Body):
    """What was found where nobody had answered."""

    outcome: WelfareOutcome
    minutes: Minutes = 0
    note: Note | None = None
    help_service: HelpService | None = None

    def found(self) -> Found:
        """The same for the use case."""
        return Found(self.outcome, self.minutes, self.note, self.help_service)


class ParticipantView(View):
    """Who is to make the visit, and what they said of it."""

    member_id: str
    stands_in: bool
    outcome: Attendance
    minutes: int | None


class VisitView(View):
    """A visit, without what was seen there."""

    id: str
    community: str
    version: int
    state: VisitState
    pairing_id: str
    household_id: str
    dwelling_id: str
    on: date
    services: list[str]
    window_start: datetime
    due_at: datetime
    window_end: datetime
    participants: list[ParticipantView]
    makes_up: str | None
    missed_before: int
    extra: bool
    escalated_at: datetime | None
    escalated_times: int
    completed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: CancelReason | None
    verified_at: datetime | None

    @classmethod
    def of(cls, visit: Visit) -> "VisitView":
        """The masked view."""
        return cls.model_validate(visit, from_attributes=True)


class CheckInView(View):
    """One report in full."""

    id: str
    member_id: str | None
    outcome: Attendance
    at: datetime
    received_at: datetime
    services: list[str]
    minutes: int
    danger_signs: list[DangerSign]
    note: str | None
    next_wishes: str | None
    help_service: HelpService | None

    @classmethod
    def of(cls, visit: Visit, said: CheckIn) -> "CheckInView":
        """The view of a report of this visit."""
        by = [p.member_id for p in visit.participants if p.person_id == said.person_id]
        shown = {name: getattr(said, name) for name in cls.model_fields if name != "member_id"}
        return cls(member_id=by[0] if by else None, **shown)


class WelfareCheckView(View):
    """What was found where nobody had answered."""

    by: str
    at: datetime
    outcome: WelfareOutcome
    note: str | None
    help_service: HelpService | None

    @classmethod
    def of(cls, check: WelfareCheck | None) -> "WelfareCheckView | None":
        """The view of a check, if there was one."""
        return None if check is None else cls.model_validate(check, from_attributes=True)


class VisitContactView(View):
    """Whom to look for where a visit had an alarm, and whom to call: no more than that takes."""

    visit_id: str
    household_id: str
    dwelling_id: str
    person_ids: list[str]
    languages: list[str]
    emergency_contact: EmergencyContactView | None

    @classmethod
    def of(cls, contact: Contact) -> "VisitContactView":
        """The view of what is known of it."""
        home = contact.household
        called = home.emergency_contact
        call = called and EmergencyContactView.model_validate(called, from_attributes=True)
        return cls(
            visit_id=contact.visit.id,
            household_id=home.id,
            dwelling_id=home.dwelling_id,
            person_ids=list(home.person_ids),
            languages=list(home.languages),
            emergency_contact=None
            if call is None
            else EmergencyContactView.model_validate(call, from_attributes=True),
        )


class ReportView(View):
    """What was seen and said at a visit; that somebody saw this is on record.

    ``wishes_before``: what was wished for at the visit before, for this one.
    """

    visit_id: str
    check_ins: list[CheckInView]
    welfare_check: WelfareCheckView | None
    wishes_before: list[str]

    @classmethod
    def of(cls, read: Read) -> "ReportView":
        """The full view."""
        visit = read.visit
        return cls(
            visit_id=visit.id,
            check_ins=[CheckInView.of(visit, said) for said in visit.check_ins],
            welfare_check=WelfareCheckView.of(visit.welfare_check),
            wishes_before=list(read.wishes_before),
        )
