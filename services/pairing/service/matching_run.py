"""Working out matchings that are due: read, solve, keep what came of it, replace the one before."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.pairing.domain import matching as domain
from services.pairing.domain.matching import AHEAD, Figures, Matching, MatchingState
from services.pairing.domain.matching_cost import Reason
from services.pairing.domain.matching_item import (
    ItemKind,
    ItemState,
    MatchingItem,
    same_proposals,
)
from services.pairing.domain.matching_plan import Plan, PlannedPair, UnmatchedReason
from services.pairing.domain.matching_problem import Problem
from services.pairing.domain.matching_rules import RULES
from services.pairing.service.matching_facts import PORTION, Facts, MatchingFacts
from services.pairing.service.matching_parts import MatchingStores, Solver
from shared.alarms import Rounds
from shared.clock import Clock
from shared.errors import Unavailable

OLDER_MAX = 10


class MatchingRunService:
    """What is done when a matching is due to be worked out."""

    def __init__(self, stores: MatchingStores, solver: Solver, clock: Clock) -> None:
        self._stores = stores
        self._store = stores.matchings
        self._facts = MatchingFacts(stores)
        self._solver = solver
        self._clock = clock
        self._rounds = Rounds(stores.matchings, clock, field="alarm_at", act=self._work)

    async def ring(self) -> int:
        """Work out what is due, one after another; how many. ``Unavailable``."""
        return await self._rounds.ring()

    async def _work(self, matching: Matching, now: datetime) -> bool:
        """One replica begins it; what a lost one left behind is dropped first."""
        if matching.state not in AHEAD:
            return False
        begun = await self._store.save(*domain.begin(matching, at=now))
        await self._stores.items.forget(begun.id)
        started = time.monotonic()
        facts = await self._facts.of(begun, at=now)
        try:
            plan = await self._solver.plan(facts.problem)
            instead = await self._solver.plan(_absences(facts, plan))
        except Unavailable as error:
            if error.code != "matching.solver_failed":
                raise
            await self._store.save(*domain.put_off(begun, at=self._clock.now()))
            return True
        items = _numbered(_items(begun, facts, plan, instead))
        seconds = round(time.monotonic() - started, 3)
        await self._keep(begun, items, _figures(items, plan, instead, seconds))
        return True

    async def _keep(self, begun: Matching, items: list[MatchingItem], figures: Figures) -> None:
        """In the place of the one before; if that says the same, it stays instead."""
        where = {"community": begun.community, "state": MatchingState.PROPOSED.value}
        before = await self._store.find(where, limit=OLDER_MAX)
        proposing = [item for item in items if item.kind is not ItemKind.UNMATCHED]
        for older in before:
            if proposing and same_proposals(await self._open(older.id), proposing):
                await self._store.save(*domain.supersede(begun, by_id=older.id))
                return
        await self._stores.items.add(items)
        for older in before:
            await self._store.save(*domain.supersede(older, by_id=begun.id))
            await self._stores.items.overtake(older.id)
        now = self._clock.now()
        await self._store.save(*domain.propose(begun, figures=figures, at=now))

    async def _open(self, matching_id: str) -> list[MatchingItem]:
        found: list[MatchingItem] = []
        after = 0
        while some := await self._stores.items.open(matching_id, after=after, limit=PORTION):
            found += some
            after = some[-1].number
        return found


def _absences(facts: Facts, plan: Plan) -> Problem:
    """Who could stand in where all helpers are away, with the room that the plan leaves them."""
    problem = facts.problem
    used = Counter(pair.helper_id for pair in plan.pairs)
    used.update(helper_id for helper_id, _ in problem.standing)
    used.subtract(release.helper_id for release in plan.releases)
    helpers = tuple(
        replace(helper, room=helper.room - used[helper.id])
        for helper in problem.helpers
        if helper.room > used[helper.id]
    )
    seekers = tuple(
        replace(seeker, wanted=1) for seeker in problem.seekers if seeker.id in facts.stand_in_for
    )
    return replace(
        problem,
        helpers=helpers if seekers else (),
        seekers=seekers,
        standing=frozenset(),
        pending=frozenset(),
    )


def _items(matching: Matching, facts: Facts, plan: Plan, instead: Plan) -> Iterable[MatchingItem]:
    """All that is to be said, without numbers."""
    blank = MatchingItem(
        matching_id=matching.id,
        community=matching.community,
        number=0,
        kind=ItemKind.UNMATCHED,
        state=ItemState.TOLD,
        household_id="",
    )
    for release in plan.releases:
        yield replace(
            _of(facts, blank, release.helper_id),
            kind=ItemKind.RELEASE,
            household_id=release.household_id,
            bundle=release.bundle,
        )
    for pair in plan.pairs:
        yield _pair(facts, blank, pair, ItemKind.PAIR)
    for pair in instead.pairs:
        absent = facts.stand_in_for[pair.household_id]
        yield replace(
            _pair(facts, blank, pair, ItemKind.STAND_IN),
            for_member_id=absent.id,
            until=absent.away_until,
        )
    for lacking in (*plan.unmatched, *instead.unmatched):
        yield replace(
            blank,
            household_id=lacking.household_id,
            missing=lacking.missing,
            unmatched_reason=lacking.reason,
        )
    for household_id in sorted(facts.without_consent):
        wanted = {"missing": 1, "unmatched_reason": UnmatchedReason.NO_CONSENT}
        yield replace(blank, household_id=household_id, **wanted)  # type: ignore[arg-type]


def _pair(facts: Facts, blank: MatchingItem, pair: PlannedPair, kind: ItemKind) -> MatchingItem:
    reasons: tuple[Reason, ...] = pair.reasons
    return replace(
        _of(facts, blank, pair.helper_id),
        kind=kind,
        household_id=pair.household_id,
        points=pair.points,
        reasons=reasons,
        metres=pair.metres,
        bundle=pair.bundle,
    )


def _of(facts: Facts, blank: MatchingItem, helper_id: str) -> MatchingItem:
    """An open item of this helper."""
    member = facts.members[helper_id]
    return replace(
        blank,
        state=ItemState.OPEN,
        helper_id=member.id,
        helper_person_id=member.person_id,
        branch_id=member.branch_id,
    )


def _numbered(items: Iterable[MatchingItem]) -> list[MatchingItem]:
    return [replace(item, number=number) for number, item in enumerate(items, start=1)]


def _figures(items: Iterable[MatchingItem], plan: Plan, instead: Plan, seconds: float) -> Figures:
    kinds = Counter(item.kind for item in items)
    return Figures(
        pairs=kinds[ItemKind.PAIR],
        releases=kinds[ItemKind.RELEASE],
        stand_ins=kinds[ItemKind.STAND_IN],
        unmatched=kinds[ItemKind.UNMATCHED],
        kept=plan.kept,
        proven=plan.proven and instead.proven,
        rules_version=RULES.version,
        seconds=seconds,
        solver_seconds=round(plan.solver_seconds + instead.solver_seconds, 3),
    )
