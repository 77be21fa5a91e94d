"""Makes visits ahead of their time, for every pairing, whichever replica does it.

A visit's id follows from its pairing, household and key: made twice, the second finds it there. A
rota that changed while a sweep had it in hand (``rev``) is settled anew from what stands now, so a
pause or a withdrawn consent that came in between is not missed.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from services.pairing.domain import rota as domain
from services.pairing.domain import visit as visits
from services.pairing.domain.errand import Errand
from services.pairing.domain.household import Household
from services.pairing.domain.pairing import PairingState
from services.pairing.domain.rota import LEAD_DAYS, Rota, Round
from services.pairing.domain.visit import Visit, VisitState
from services.pairing.service.round import Registers
from shared.clock import Clock, derived_id
from shared.days import day_of, start_of
from shared.errors import LinliError, Stale, Unavailable
from shared.store import Order, Store

log = logging.getLogger(__name__)

BATCH = 500
"""Pairings in hand at once."""
OPEN_MAX = 500
"""Open visits of one pairing: of 50 households, a week of daily ones."""
TRIES_MAX = 5
LATEST_FIRST = Order((("window_start", -1),), ids=-1)


class Rotas(Protocol):
    """The rotas, by pairing. Every method raises ``Unavailable``."""

    async def due(self, now: datetime, *, after: tuple[datetime, str], limit: int) -> list[Rota]:
        """Those to be looked at by now, from ``after`` on, in the order of ``next_at`` and id."""

    async def changed(self, pairing_id: str) -> Rota:
        """Something around the pairing has changed: its rota under a new ``rev``."""

    async def put(self, rotas: Sequence[Rota]) -> set[str]:
        """Keep these unless their ``rev`` has moved on; the ids of those for which it has."""


LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class RotaService:
    """What keeps the rotas."""

    def __init__(
        self, rotas: Rotas, store: Store[Visit], registers: Registers, clock: Clock
    ) -> None:
        self._rotas = rotas
        self._store = store
        self._registers = registers
        self._clock = clock

    async def sweep(self) -> int:
        """Make all visits whose time to be made has come; of how many pairings.

        What cannot be done for one pairing is logged, keeps no other waiting, and is tried again at
        the next call. ``Unavailable``.
        """
        now, after, done = self._clock.now(), (LONG_AGO, ""), 0
        while batch := await self._rotas.due(now, after=after, limit=BATCH):
            done += await self._make(batch, now)
            last = batch[-1]
            after = (last.next_at or now, last.id)
        return done

    async def settle(self, pairing_id: str) -> None:
        """Bring a pairing's visits in line with what stands now, whatever was heard, and when.

        What is not to be made any more is cancelled, what is planned is made, and others come for
        who is not there. ``Unavailable`` if it changes again and again meanwhile.
        """
        for _ in range(TRIES_MAX):
            rota = await self._rotas.changed(pairing_id)
            rounds = await self._registers.rounds([pairing_id])
            if pairing_id not in rounds:
                return
            try:
                settled = await self._settled(rota, rounds[pairing_id])
            except Stale:
                continue
            if not await self._rotas.put([settled]):
                return
        raise Unavailable("store.busy", retry_after_seconds=1)

    async def make(self, errand: Errand, round_: Round) -> str:
        """Make one visit, unless it is there; one that was cancelled by a rest is made again. Its
        id."""
        people = domain.participants(round_, errand.household_id, at=errand.window.start)
        community = round_.pairing.community
        visit_id = derived_id("vis", errand.pairing_id, errand.household_id, errand.key)
        made = visits.schedule(errand, id=visit_id, community=community, participants=people)
        try:
            await self._store.save(*made)
        except Stale:
            visit = await self._store.get(visit_id)
            again = visits.reinstate(visit, participants=people, at=self._clock.now())
            if again is not None:
                await self._store.save(*again)
        return visit_id

    async def _make(self, batch: Sequence[Rota], now: datetime) -> int:
        rounds = await self._registers.rounds(rota.id for rota in batch)
        steps = [self._next(rota, rounds.get(rota.id), now) for rota in batch]
        outcomes = await asyncio.gather(*steps, return_exceptions=True)
        kept: list[Rota] = []
        for rota, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Rota):
                kept.append(outcome)
            elif isinstance(outcome, Unavailable) or not isinstance(outcome, Exception):
                raise outcome
            else:
                log.error(
                    "visits cannot be made",
                    extra={"id": rota.id, "reason": _why(outcome)},
                    exc_info=None if isinstance(outcome, LinliError) else outcome,
                )
        for pairing_id in await self._rotas.put(kept):
            await self.settle(pairing_id)
        return len(kept)

    async def _next(self, rota: Rota, round_: Round | None, now: datetime) -> Rota:
        """The rota with a further stretch of visits made."""
        if round_ is None:
            return replace(rota, made_to=None, next_at=None)
        since = rota.made_to or day_of(now)
        return await self._stretch(rota, round_, since, now)

    async def _stretch(self, rota: Rota, round_: Round, since: date, now: datetime) -> Rota:
        until = max(day_of(now) + timedelta(days=LEAD_DAYS + 1), rota.made_to or date.min)
        planned = domain.errands(round_, since=since, until=until, at=now)
        # What was over when the rota began is nobody's fault; what stood still is made late.
        fresh = rota.made_to or until
        wanted = [each for each in planned if each.window.end > now or each.window.on >= fresh]
        await asyncio.gather(*(self.make(errand, round_) for errand in wanted))
        next_at = domain.look_again_at(round_, made_to=until, at=now)
        return replace(rota, made_to=None if next_at is None else until, next_at=next_at)

    async def _settled(self, rota: Rota, round_: Round) -> Rota:
        now = self._clock.now()
        await self._revise(round_, now)
        if round_.pairing.state is not PairingState.ACTIVE:
            return replace(rota, made_to=None, next_at=None)
        since = min(day_of(now), rota.made_to or date.max)
        after = await self._stretch(rota, round_, since, now)
        homes = domain.visited(round_, at=now)
        await asyncio.gather(*(self._make_up(round_, each, now) for each in homes))
        return after

    async def _make_up(self, round_: Round, household: Household, now: datetime) -> None:
        await self._make_owed(round_, household.id, now)
        await self._make_risen(round_, household, now)

    async def _make_risen(self, round_: Round, household: Household, now: datetime) -> None:
        """Have it looked in on within a day, whoever of its helpers does, if its risk has risen."""
        if household.raised_at is None:
            return
        since = household.raised_at - timedelta(days=2)
        where = {"household_id": household.id, "window_start": {"$gt": since}}
        known = await self._store.find(where, order=LATEST_FIRST, limit=OPEN_MAX)
        errand = domain.after_rise(round_, household, known, at=now)
        if errand is not None:
            await self.make(errand, round_)

    async def _make_owed(self, round_: Round, household_id: str, now: datetime) -> None:
        """Make up for what a rest took from the household, as the plan's next may be months off."""
        before = start_of(day_of(now) + timedelta(days=2))
        where = {
            "household_id": household_id,
            "pairing_id": round_.pairing.id,
            "window_start": {"$lt": before},
        }
        for last in await self._store.find(where, order=LATEST_FIRST, limit=1):
            errand = domain.owed(round_, last, at=now)
            if errand is not None:
                await self.make(errand, round_)

    async def _revise(self, round_: Round, now: datetime) -> None:
        """Go through the visits that are open: cancel, or send others."""
        states = [VisitState.SCHEDULED, VisitState.DUE, VisitState.NO_ANSWER]
        where = {
            "pairing_id": round_.pairing.id,
            "state": {"$in": [state.value for state in states]},
        }
        found = await self._store.find(where, limit=OPEN_MAX)
        planned = _keys(domain.errands(round_, since=day_of(now), until=_last(found), at=now))
        changes = (domain.revise(each, round_, planned=planned, at=now) for each in found)
        await asyncio.gather(*(self._store.save(*each) for each in changes if each is not None))


def _keys(errands: Iterable[Errand]) -> set[tuple[str, str]]:
    return {(each.household_id, each.key) for each in errands}


def _last(found: Sequence[Visit]) -> date:
    """Before which day all of these are."""
    return max((each.on for each in found), default=date.min) + timedelta(days=1)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, LinliError) else type(error).__name__
