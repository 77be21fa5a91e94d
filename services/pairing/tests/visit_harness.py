"""Visits over stores, fake or real, with what is told heard again, as the bus would have it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.pairing.consumers import of_visits
from services.pairing.domain.household import Household, RiskLevel
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.pairing import Pairing
from services.pairing.domain.plan import Plan
from services.pairing.domain.post import Post
from services.pairing.domain.rota import Rota
from services.pairing.domain.standin import StandIn, StandInState, appoint
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.domain.visit_report import Attendance
from services.pairing.service.rota import Rotas, RotaService
from services.pairing.service.round import Registers
from services.pairing.service.visit import Tap, VisitService
from services.pairing.service.visit_alarms import AlarmingVisits
from services.pairing.service.visit_asking import VisitAskingService
from services.pairing.service.visit_clock import VisitClock
from services.pairing.service.visit_hearing import VisitHearing
from services.pairing.store.post import posts
from services.pairing.store.standin import stand_ins
from services.pairing.store.visit import rotas, visits
from services.pairing.tests.harness import KEYS, Harness, harness_over, me
from services.pairing.worker import VisitWorker
from shared.bus import joined
from shared.envelope import Envelope, open_envelope
from shared.events.pairing_members import MemberAway, MemberReturned
from shared.events.pairing_pairing import PairingPlanned
from shared.events.pairing_register import HouseholdChanged
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog
from shared.sealing import Sealer
from shared.store import Store
from shared.testing import FakeReadings, FakeStore
from shared.testing_service import deliver

DAY = timedelta(days=1)


@dataclass
class FakeRotas:
    """Rotas in memory."""

    kept: dict[str, Rota] = field(default_factory=dict)

    async def due(self, now: datetime, *, after: tuple[datetime, str], limit: int) -> list[Rota]:
        dues = [
            (each.next_at, each.id)
            for each in self.kept.values()
            if each.next_at is not None and each.next_at <= now
        ]
        return [self.kept[id_] for at, id_ in sorted(dues) if (at, id_) > after][:limit]

    async def changed(self, pairing_id: str) -> Rota:
        known = self.kept.get(pairing_id, Rota(pairing_id, 0))
        self.kept[pairing_id] = replace(known, rev=known.rev + 1)
        return self.kept[pairing_id]

    async def put(self, rotas: Sequence[Rota]) -> set[str]:
        moved_on = {each.id for each in rotas if self.kept[each.id].rev != each.rev}
        self.kept |= {each.id: each for each in rotas if each.id not in moved_on}
        return moved_on


class VisitHarness:
    """The use cases of visits beside those of the base, over the same stores and clock."""

    def __init__(self, base: Harness, database: Database | None) -> None:
        self.base = base
        self.database = database
        self.clock = base.clock
        if database is not None:
            database.clock = base.clock
        kept = visits(database, Sealer(KEYS)) if database else FakeStore(Visit, clock=base.clock)
        self.kept: Store[Visit] = kept
        self.posts: Store[Post] = posts(database) if database else FakeStore(Post)
        self.store: Store[Visit] = AlarmingVisits(
            self.kept, self.posts, base.backing.members, base.clock
        )
        self.rotas: Rotas = rotas(database) if database else FakeRotas()
        self.stand_ins: Store[StandIn] = stand_ins(database) if database else FakeStore(StandIn)
        backing = base.backing
        self.registers = Registers(
            backing.pairings, backing.households, backing.members, self.stand_ins, self.posts
        )
        self.rota = RotaService(self.rotas, self.store, self.registers, self.clock)
        self.ringing = VisitClock(self.store, self.registers, self.clock)
        self.worker = VisitWorker(self.rota, self.ringing, self.clock)
        self.log = ReadingLog(readings(database) if database else FakeReadings(), self.clock)
        self.visits = VisitService(
            self.store,
            backing.households,
            backing.estates,
            self.log,
            self.clock,
        )
        self.asking = VisitAskingService(self.rota, self.store, self.registers, self.clock)
        self.hearing = VisitHearing(self.rota, self.store, self.registers, self.clock)
        self.hearings = joined([*base.hearings, *of_visits(self.hearing)])
        self._heard: dict[int, int] = {}

    async def hear_all(self) -> list[Envelope]:
        """Hear all that was told, and what is told because of it, until nothing is; in order."""
        heard: list[Envelope] = []
        while told := await self._told():
            for envelope in told:
                await deliver(self.hearings, envelope)
            heard += told
        return heard

    async def run(self, until: datetime, *, step: timedelta) -> list[Envelope]:
        """Let time pass: at every step what is due is done, and what is told is heard."""
        told = await self.hear_all()
        while self.clock.now() < until:
            self.clock.moment = min(self.clock.moment + step, until)
            await self.worker.sweep()
            told += await self.hear_all()
        return told

    async def all(self, **where: Any) -> list[Visit]:
        """The visits that match, the soonest first."""
        found = await self.store.find(where, limit=100_000)
        return sorted(found, key=lambda visit: (visit.window_start, visit.id))

    async def one(self, **where: Any) -> Visit:
        """The only visit that matches."""
        (visit,) = await self.all(**where)
        return visit

    async def at_risk(self, dwelling_id: str, risk: RiskLevel) -> Household:
        """A consenting household that is at this risk."""
        return await self.change_risk(await self.base.household(dwelling_id), risk)

    async def change_risk(self, home: Household, risk: RiskLevel) -> Household:
        """The household is at another risk from now on."""
        changed = replace(home, risk_level=risk)
        told = [HouseholdChanged(household_id=home.id)]
        return await self.base.backing.households.save(changed, told)

    async def plan(self, pairing: Pairing, plan: Plan) -> None:
        """The pairing has this plan from now on."""
        now = await self.base.backing.pairings.get(pairing.id)
        told = [PairingPlanned(pairing_id=pairing.id)]
        await self.base.backing.pairings.save(replace(now, plan=plan), told)

    async def goes(self, member: Member, until: datetime | None = None) -> None:
        """A member is away."""
        now = await self.base.backing.members.get(member.id)
        away = replace(now, state=MemberState.AWAY, away_until=until)
        event = MemberAway(member_id=member.id, branch_id=member.branch_id)
        await self.base.backing.members.save(away, [event])

    async def returns(self, member: Member) -> None:
        """A member is back."""
        now = await self.base.backing.members.get(member.id)
        back = replace(now, state=MemberState.ACTIVE, away_until=None)
        event = MemberReturned(member_id=member.id, branch_id=member.branch_id)
        await self.base.backing.members.save(back, [event])

    async def stands_in(self, member: Member, helper: Member, home: Household) -> StandIn:
        """A member looks after a household for its helper."""
        stand_in = StandIn(
            id=f"sti_{member.id}",
            community=home.community,
            version=0,
            state=StandInState.STANDING,
            household_id=home.id,
            member_id=member.id,
            for_member_id=helper.id,
            since=self.clock.now(),
        )
        return await self.stand_ins.save(*appoint(stand_in))

    async def report(self, visit: Visit, tap: Tap, number: int = 1) -> Visit:
        """A report of the member of this number."""
        return await self.visits.check_in(visit.id, me(f"per_member{number}"), tap, seen=None)

    async def paired(self, numbers: Sequence[int], *homes: Household) -> Pairing:
        """An active pairing of these members and households, its visits made."""
        helpers = [await self.base.member(number) for number in numbers]
        pairing = await self.base.paired(helpers, *homes)
        await self.hear_all()
        return pairing

    async def due(self, visit: Visit) -> Visit:
        """The visit once its time has begun."""
        await self.run(visit.window_start, step=DAY)
        opened = await self.store.get(visit.id)
        assert opened.state is VisitState.DUE
        return opened

    async def _told(self) -> list[Envelope]:
        if self.database is None:
            return self._told_by_fakes()
        found: list[Envelope] = []
        for collection in self.database.told_from:
            while untold := await self.database.untold(collection, limit=500):
                bodies = [(each, event) for each in untold for event in each.events]
                found += [open_envelope(event["body"]) for _, event in bodies]
                cleared = [(each, [event["id"] for event in each.events]) for each in untold]
                await self.database.clear_told(collection, cleared)
        return sorted(found, key=lambda envelope: envelope.id)

    def _told_by_fakes(self) -> list[Envelope]:
        backing = self.base.backing
        found: list[Envelope] = []
        for store in (
            backing.members,
            backing.households,
            backing.pairings,
            self.stand_ins,
            self.kept,
        ):
            assert isinstance(store, FakeStore)
            since = self._heard.get(id(store), 0)
            found += store.told[since:]
            self._heard[id(store)] = len(store.told)
        return sorted(found, key=lambda envelope: envelope.id)


async def visit_harness_over(database: Database | None) -> VisitHarness:
    """A harness of visits over this database, or over fakes; two estates are known."""
    base = await harness_over(database)
    made = VisitHarness(base, database)
    if database is not None:
        await database.migrate()
    return made


def reported(number: int = 1, **facts: Any) -> Tap:
    """What the phone sends."""
    return Tap(**{"id": f"chk_{number}", "outcome": Attendance.DONE, **facts})
