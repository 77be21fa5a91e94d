"""What is sent about deadline rules and what is shown of them."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from services.requests.domain.deadline_rules import (
    DAYS_OF_YEAR_MAX,
    SECONDS_MAX,
    SECONDS_MIN,
    YEAR_MAX,
    YEAR_MIN,
    YEARS_MAX,
    CalendarKind,
    ClassRule,
    DeadlineRules,
)
from services.requests.domain.follow_up import FOLLOW_UP_SPAN
from services.requests.domain.service_type import SlaClass
from services.requests.domain.working_hours import YearDays
from shared.web import Body, View

DEFAULT_ANSWER_SECONDS = int(FOLLOW_UP_SPAN.total_seconds())
Seconds = Annotated[int, Field(ge=SECONDS_MIN, le=SECONDS_MAX)]
Clock = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Days = Annotated[tuple[date, ...], Field(max_length=DAYS_OF_YEAR_MAX)]
Year = Annotated[int, Field(ge=YEAR_MIN, le=YEAR_MAX)]


class ClassRuleBody(Body):
    """What is promised for one class, in seconds that count.

    ``seconds`` to the end of the handling, ``acknowledge_seconds`` until somebody signs for it,
    ``first_contact_seconds`` until the requester hears from the handler: all from its acceptance;
    ``accept_seconds`` until it is accepted, from its submission. Once it is late, that is told
    again after each ``again_seconds``. Once it is resolved, the requester has ``answer_seconds``,
    by day and by night, to say whether it is; then it is closed. ``calendar``: ``always`` counts
    every second, ``working`` those of working hours.
    """

    seconds: Seconds
    accept_seconds: Seconds
    acknowledge_seconds: Seconds
    first_contact_seconds: Seconds
    again_seconds: Seconds
    answer_seconds: Seconds = DEFAULT_ANSWER_SECONDS
    calendar: CalendarKind = CalendarKind.ALWAYS


class WorkingHoursBody(Body):
    """From when to when people work, as clocks in Beijing show it (``24:00`` ends a day), and on
    which weekdays (1: Monday)."""

    opens: Clock
    closes: Clock
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(max_length=7)]


class YearBody(Body):
    """The public holidays of a year and its make-up days (调休), on which people work though it is
    a weekend: as the State Council publishes them each autumn for the next year."""

    year: Year
    holidays: Days
    make_up_days: Days = ()


class DeadlineRulesBody(Body):
    """All of a community's rules: every class, and the years that it says itself.

    A year that is not named goes as the platform knows it, else by its weekdays.
    """

    classes: dict[SlaClass, ClassRuleBody]
    working_hours: WorkingHoursBody
    years: Annotated[tuple[YearBody, ...], Field(max_length=YEARS_MAX)] = ()

    def rules(self) -> DeadlineRules:
        """The same in the domain's words."""
        return DeadlineRules(
            classes={name: ClassRule(**dict(rule)) for name, rule in self.classes.items()},
            opens=_minutes(self.working_hours.opens),
            closes=_minutes(self.working_hours.closes),
            weekdays=self.working_hours.weekdays,
            years=tuple(
                YearDays(
                    year.year,
                    tuple(day.isoformat() for day in year.holidays),
                    tuple(day.isoformat() for day in year.make_up_days),
                )
                for year in self.years
            ),
        )


class DeadlineRulesView(View):
    """The rules as they are; ``version`` 1 is the platform's own, which nobody changed."""

    version: int
    classes: dict[SlaClass, ClassRuleBody]
    working_hours: WorkingHoursBody
    years: list[YearBody]

    @classmethod
    def of(cls, rules: DeadlineRules) -> "DeadlineRulesView":
        """The view of the rules."""
        return cls(
            version=rules.version,
            classes={
                name: ClassRuleBody.model_validate(rule, from_attributes=True)
                for name, rule in rules.classes.items()
            },
            working_hours=WorkingHoursBody(
                opens=_clock(rules.opens), closes=_clock(rules.closes), weekdays=rules.weekdays
            ),
            years=[YearBody.model_validate(year, from_attributes=True) for year in rules.years],
        )


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
