"""A member's handbook (党员手册): what is confirmed of them, added up and one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.member import Member
from services.pairing.domain.points import ContributionKind
from services.pairing.domain.tally import (
    LIFE_DAYS_MAX,
    Dimension,
    Figures,
    Question,
    period,
    total,
)
from services.pairing.service.membership import member_of
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.tally import Tallies
from shared.clock import Clock
from shared.days import day_of
from shared.store import Order, Page, Store

BY_DAY = Order((("done_at", 1),), ids=1)


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day, both included; without a first one from the beginning of the last
    one's year, without a last one until today."""

    first_on: date | None = None
    last_on: date | None = None

    def told(self, today: date) -> "tuple[date, date]":
        """Both days."""
        last_on = self.last_on or today
        return self.first_on or last_on.replace(month=1, day=1), last_on


@dataclass(frozen=True, slots=True)
class Handbook:
    """The figures of one member from a day to a day: by kind and together, of confirmed records.

    ``states``: how many records there are in each state, whenever the act was.
    """

    member: Member
    first_on: date
    last_on: date
    kinds: Mapping[ContributionKind, Figures]
    total: Figures
    states: Mapping[ContributionState, int]


class HandbookService:
    """What one can read in handbooks; of a member within the onlooker's bounds, or one's own."""

    def __init__(
        self,
        members: Store[Member],
        contributions: Store[Contribution],
        tallies: Tallies,
        clock: Clock,
    ) -> None:
        self._members = members
        self._contributions = contributions
        self._tallies = tallies
        self._clock = clock

    async def read(self, onlooker: Onlooker, member_id: str | None, days: Days) -> Handbook:
        """The figures. Errors: ``NotFound``; ``Conflict`` if the asker is no member; ``Invalid``
        for days that are no period."""
        member = await member_of(self._members, onlooker, member_id)
        first_on, last_on = days.told(day_of(self._clock.now()))
        question = Question(
            period(first_on, last_on, days_max=LIFE_DAYS_MAX),
            (member.community,),
            (Dimension.KIND,),
            member_id=member.id,
        )
        rows = await self._tallies.rows(question, limit=len(ContributionKind))
        return Handbook(
            member=member,
            first_on=first_on,
            last_on=last_on,
            kinds={ContributionKind(row.key[0]): row.figures for row in rows},
            total=total(rows),
            states=await self._tallies.states(member.id),
        )

    async def records(
        self,
        onlooker: Onlooker,
        member_id: str | None,
        days: Days,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[Contribution]:
        """The confirmed records one by one, in the order in which things were done."""
        member = await member_of(self._members, onlooker, member_id)
        first_on, last_on = days.told(day_of(self._clock.now()))
        asked = period(first_on, last_on, days_max=LIFE_DAYS_MAX)
        where = {
            "member_id": member.id,
            "state": ContributionState.CONFIRMED.value,
            "done_at": {"$gte": asked.since, "$lt": asked.until},
        }
        return await self._contributions.page(
            where, communities=(member.community,), order=BY_DAY, cursor=cursor, limit=limit
        )
