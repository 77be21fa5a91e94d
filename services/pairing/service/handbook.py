"""A member's handbook (党员手册): what is confirmed of them, added up and one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.exemplar import Exemplar, ExemplarState
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
from services.pairing.domain.thanks import Thanks
from services.pairing.service.membership import member_of
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pledge import PledgeService, Progress
from services.pairing.service.tally import Tallies
from shared.clock import Clock
from shared.days import day_of
from shared.store import NEWEST_FIRST, Order, Page, Store

SHOWN_MAX = 20
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

    ``states``: how many records there are in each state, whenever the act was. Pledges, times of
    being named and thanks: the newest 20 of each.
    """

    member: Member
    first_on: date
    last_on: date
    kinds: Mapping[ContributionKind, Figures]
    total: Figures
    states: Mapping[ContributionState, int]
    pledges: Sequence[Progress]
    exemplars: Sequence[Exemplar]
    thanks: Sequence[Thanks]


@dataclass(frozen=True, slots=True)
class HandbookParts:
    """What a handbook is put together from."""

    members: Store[Member]
    contributions: Store[Contribution]
    tallies: Tallies
    pledges: PledgeService
    exemplars: Store[Exemplar]
    thanks: Store[Thanks]


class HandbookService:
    """What one can read in handbooks; of a member within the onlooker's bounds, or one's own."""

    def __init__(self, parts: HandbookParts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock

    async def read(self, onlooker: Onlooker, member_id: str | None, days: Days) -> Handbook:
        """The figures. Errors: ``NotFound``; ``Conflict`` if the asker is no member; ``Invalid``
        for days that are no period."""
        parts = self._parts
        member = await member_of(parts.members, onlooker, member_id)
        first_on, last_on = days.told(day_of(self._clock.now()))
        question = Question(
            period(first_on, last_on, days_max=LIFE_DAYS_MAX),
            (member.community,),
            (Dimension.KIND,),
            member_id=member.id,
        )
        rows = await parts.tallies.rows(question, limit=len(ContributionKind))
        return Handbook(
            member=member,
            first_on=first_on,
            last_on=last_on,
            kinds={ContributionKind(row.key[0]): row.figures for row in rows},
            total=total(rows),
            states=await parts.tallies.states(member.id),
            pledges=await self._pledges(member),
            exemplars=await parts.exemplars.find(
                {"member_id": member.id, "state": ExemplarState.NAMED.value},
                order=NEWEST_FIRST,
                limit=SHOWN_MAX,
            ),
            thanks=await self._thanks(member),
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
        member = await member_of(self._parts.members, onlooker, member_id)
        first_on, last_on = days.told(day_of(self._clock.now()))
        asked = period(first_on, last_on, days_max=LIFE_DAYS_MAX)
        where = {
            "member_id": member.id,
            "state": ContributionState.CONFIRMED.value,
            "done_at": {"$gte": asked.since, "$lt": asked.until},
        }
        return await self._parts.contributions.page(
            where, communities=(member.community,), order=BY_DAY, cursor=cursor, limit=limit
        )

    async def _pledges(self, member: Member) -> Sequence[Progress]:
        theirs = Onlooker((member.community,), person_id=member.person_id)
        page = await self._parts.pledges.page(theirs, {}, cursor=None, limit=SHOWN_MAX)
        return page.items

    async def _thanks(self, member: Member) -> Sequence[Thanks]:
        where = {"person_id": member.person_id}
        bounds = (member.community,)
        return (await self._parts.thanks.page(where, communities=bounds, limit=SHOWN_MAX)).items
