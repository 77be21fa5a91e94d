"""A neighbourhood lived through day by day on a clock moved by hand: people leave, fall ill and
forget, have no network; the service stands still. The same seed always lives the same year.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.pairing.domain.household import Household, RiskLevel
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import EndReason, Pairing
from services.pairing.domain.plan import usual_plan
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.domain.visit_report import Attendance, WelfareOutcome
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.visit import Found
from services.pairing.tests.harness import HERE, me
from services.pairing.tests.visit_harness import DAY, VisitHarness, reported
from shared.alarms import LONG_AGO
from shared.days import day_of
from shared.envelope import Envelope
from shared.testing import estate_registered

STEP = timedelta(hours=6)
"""At 2, 8, 14 and 20 o'clock there: after every window's end, on the same day."""
STOPPED_ON_DAY, STOPPED_DAYS = 40, 2
RISKS = (RiskLevel.HIGH, RiskLevel.KEY, RiskLevel.KEY, RiskLevel.GENERAL)


@dataclass
class Year:
    """Who lives there, what is under way, and on which days a pairing or a household was disturbed
    (then a visit of that day may be cancelled; on all others it must be made or missed)."""

    harness: VisitHarness
    random: random.Random
    homes: list[Household] = field(default_factory=list)
    pairings: dict[str, Pairing] = field(default_factory=dict)
    helpers: dict[str, list[tuple[Member, int]]] = field(default_factory=dict)
    begun: dict[str, date] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    disturbed: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    returns: list[tuple[datetime, str, str]] = field(default_factory=list)
    resting: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    late: list[tuple[datetime, str, int, datetime]] = field(default_factory=list)
    told: list[Envelope] = field(default_factory=list)
    members: int = 0
    stopped_from: datetime = LONG_AGO
    stopped_until: datetime = LONG_AGO

    @property
    def today(self) -> date:
        """The day there."""
        return day_of(self.harness.clock.now())

    async def settle_in(self, homes: int) -> None:
        """Households at all risks, in pairings of all three modes."""
        base = self.harness.base
        there = estate_registered(*(f"dwl_y{n}" for n in range(homes)), estate_id="est_year")
        await base.hear(there)
        for number in range(homes):
            risk = RISKS[number % len(RISKS)]
            self.homes.append(await self.harness.at_risk(f"dwl_y{number}", risk))
        left = list(self.homes)
        while left:
            size = self.random.choice((1, 1, 1, 2))
            some, left = left[:size], left[size:]
            await self.pair(some, helpers=2 if size == 1 and self.random.random() < 0.3 else 1)

    async def pair(self, homes: list[Household], helpers: int) -> None:
        """New members for these households, with the usual plan."""
        made = []
        for _ in range(helpers):
            self.members += 1
            made.append((await self.harness.base.member(self.members), self.members))
        pairing = await self.harness.base.paired([each for each, _ in made], *homes)
        await self.harness.plan(pairing, usual_plan(self.today))
        self.pairings[pairing.id] = pairing
        self.helpers[pairing.id] = made
        self.begun[pairing.id] = self.today

    async def live(self, days: int) -> None:
        """So many days, the service standing still for two of them."""
        begun = self.harness.clock.now()
        self.stopped_from = begun + STOPPED_ON_DAY * DAY
        self.stopped_until = self.stopped_from + STOPPED_DAYS * DAY
        for _ in range(days):
            await self.something_happens()
            for _ in range(4):
                self.harness.clock.move(STEP)
                await self.come_back()
                await self.report_late()
                if self.stopped_from < self.harness.clock.now() <= self.stopped_until:
                    continue
                await self.harness.worker.sweep()
                self.told += await self.harness.hear_all()
                await self.visit()
                self.told += await self.harness.hear_all()

    async def something_happens(self) -> None:
        """On some days somebody leaves, goes away, falls ill, or takes a consent back."""
        chance = self.random.random()
        pairing_id = self.random.choice(sorted(self.pairings.keys() - self.ended.keys()))
        if pairing_id in self.resting:
            return
        if chance < 0.03:
            await self.leave(pairing_id)
        elif chance < 0.10:
            await self.rest(pairing_id, self.random.randrange(3, 30))
        elif chance < 0.13:
            await self.withdraw(pairing_id)
        elif chance < 0.25:
            member, _ = self.random.choice(self.helpers[pairing_id])
            until = self.harness.clock.now() + self.random.randrange(2, 15) * DAY
            await self.harness.goes(member, until)
            if self.random.random() < 0.5:
                self.members += 1
                other = await self.harness.base.member(self.members)
                self.helpers[pairing_id].append((other, self.members))
                home = await self.home_of(self.pairings[pairing_id].household_ids[0])
                await self.harness.stands_in(other, member, home)

    async def leave(self, pairing_id: str) -> None:
        """A helper leaves: the pairing ends, and the branch pairs the households anew."""
        reason = EndReason.HELPER_LEFT
        await self.harness.base.pairings.end(pairing_id, reason=reason, communities=HERE)
        self.ended[pairing_id] = self.today
        homes = [await self.home_of(each) for each in self.pairings[pairing_id].household_ids]
        await self.pair(homes, helpers=1)

    async def rest(self, pairing_id: str, days: int) -> None:
        """A household is in hospital, or travels."""
        await self.harness.base.pairings.pause(pairing_id, communities=HERE)
        self.resting.add(pairing_id)
        back = self.harness.clock.now() + days * DAY
        self.returns.append((back, "resume", pairing_id))
        self.disturb(pairing_id, back)

    async def withdraw(self, pairing_id: str) -> None:
        """A household takes its consent back, for good as far as this pairing goes."""
        pairing = self.pairings[pairing_id]
        home = await self.home_of(pairing.household_ids[0])
        if len(pairing.household_ids) > 1 or home.id in self.resting:
            return
        await self.harness.base.households.withdraw_consent(home.id, communities=HERE)
        self.ended[pairing_id] = self.today
        self.resting.add(home.id)
        back = self.harness.clock.now() + self.random.randrange(3, 20) * DAY
        self.returns.append((back, "consent", home.id))

    async def come_back(self) -> None:
        """Whose time away is over comes back."""
        now = self.harness.clock.now()
        due, self.returns = (
            [each for each in self.returns if each[0] <= now],
            [each for each in self.returns if each[0] > now],
        )
        for _, what, id_ in due:
            self.resting.discard(id_)
            if what == "resume":
                await self.harness.base.pairings.resume(id_, communities=HERE)
            else:
                home = await self.harness.base.consent(await self.home_of(id_))
                await self.pair([home], helpers=1)

    async def visit(self) -> None:
        """Helpers go where they are due: most of them, and most are answered."""
        for visit in await self.harness.all(state={"$in": ["due", "escalated", "no_answer"]}):
            if visit.id in self.answered:
                continue
            if visit.state is VisitState.ESCALATED:
                await self.make_sure(visit)
            elif self.random.random() < 0.7:
                self.answered.add(visit.id)
                await self.go(visit)

    async def go(self, visit: Visit) -> None:
        """One of them goes: reports once or five times, at once or days later, or forgets."""
        numbers = {member.id: number for each in self.helpers.values() for member, number in each}
        there = [numbers[each] for each in visit.helper_ids]
        chance, now = self.random.random(), self.harness.clock.now()
        if not there or chance < 0.06:
            return
        number = self.random.choice(there)
        if chance < 0.12:
            self.late.append(
                (now + self.random.randrange(1, 60) * timedelta(hours=1), visit.id, number, now)
            )
        elif chance < 0.18:
            tap = reported(1, outcome=Attendance.NO_ANSWER)
            await self.harness.report(visit, tap, number)
            self.answered.discard(visit.id)
        else:
            for _ in range(self.random.choice((1, 1, 2, 5))):
                await self.harness.report(visit, reported(2), number)

    async def report_late(self) -> None:
        """Phones that have a network again."""
        now = self.harness.clock.now()
        due, self.late = (
            [each for each in self.late if each[0] <= now],
            [each for each in self.late if each[0] > now],
        )
        for _, visit_id, number, at in due:
            onlooker, tap = me(f"per_member{number}"), reported(3, tapped_at=at)
            await self.harness.visits.check_in(visit_id, onlooker, tap, seen=None)

    async def make_sure(self, visit: Visit) -> None:
        """Staff look where nobody answered."""
        if self.random.random() < 0.6:
            found = Found(WelfareOutcome.AWAY, 20)
            await self.harness.visits.make_sure(
                visit.id, Onlooker(HERE), found, by="per_staff", seen=None
            )

    async def home_of(self, household_id: str) -> Household:
        """The household as it is now."""
        return await self.harness.base.backing.households.get(household_id)

    def disturb(self, pairing_id: str, until: datetime) -> None:
        """From today to that day a visit may be cancelled."""
        day = self.today
        while day <= day_of(until):
            self.disturbed[pairing_id].add(day)
            day += DAY
