"""All that a matching is worked out from, read in portions so that nothing else waits for it."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.pairing.domain import matching_entry
from services.pairing.domain.conflict import ConflictState
from services.pairing.domain.household import ConsentScope, Household, HouseholdState, consents
from services.pairing.domain.matching import Matching, MatchingState
from services.pairing.domain.matching_cost import Helper, Seeker
from services.pairing.domain.matching_item import ItemKind
from services.pairing.domain.matching_problem import Pair, Problem
from services.pairing.domain.matching_rules import RULES
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.pairing import LIVE, Pairing, PairingState
from services.pairing.domain.standin import StandInState, stands
from services.pairing.domain.whereabouts import Place
from services.pairing.service.estate import places_in
from services.pairing.service.matching_parts import MatchingStores
from shared.store import A, Store

PORTION = 500

ASKING = (HouseholdState.REGISTERED, HouseholdState.EXPIRED)
"""Households that have not said no: that nobody helps them yet is told."""


@dataclass(slots=True)
class Facts:
    """The problem, and what it does not say; ``stand_in_for``: whose place is to be taken, by
    household. ``problem``'s helpers are those who are there."""

    problem: Problem
    members: Mapping[str, Member]
    without_consent: list[str] = field(default_factory=list)
    stand_in_for: dict[str, Member] = field(default_factory=dict)


@dataclass(slots=True)
class _Ties:
    """The live pairings: who has whom."""

    pairs: set[Pair] = field(default_factory=set)
    active: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, pairing: Pairing) -> None:
        """Count one in."""
        for household_id in pairing.household_ids:
            self.pairs.update((helper_id, household_id) for helper_id in pairing.helper_ids)
            if pairing.state is PairingState.ACTIVE:
                self.active[household_id].update(pairing.helper_ids)


class MatchingFacts:
    """Reads them."""

    def __init__(self, stores: MatchingStores) -> None:
        self._stores = stores

    async def of(self, matching: Matching, *, at: datetime) -> Facts:
        """What this matching is to be worked out from, as it is now; ``Unavailable``."""
        community, stores = matching.community, self._stores
        ties = _Ties()
        live = {"state": {"$in": [state.value for state in LIVE]}}
        async for pairing in _all(stores.pairings, community, live):
            ties.take(pairing)
        there = {"state": {"$in": [MemberState.ACTIVE.value, MemberState.AWAY.value]}}
        members = {each.id: each async for each in _all(stores.members, community, there)}
        homes, without = await self._households(community, at)
        wanted = {*_dwellings(members.values(), homes.values())}
        places = await places_in(stores.estates, community, wanted)
        active = {id_: one for id_, one in members.items() if one.state is MemberState.ACTIVE}
        seekers = _seekers(homes, members, ties, places, matching)
        barred, refused = await self._refused(community, at)
        barred |= await self._apart(community, active, homes)
        problem = Problem(
            helpers=_helpers(active, homes, ties, places, matching),
            seekers=seekers,
            standing=frozenset(ties.pairs),
            pending=frozenset(await self._pending(community)),
            barred=frozenset(barred),
            refused=frozenset(refused),
        )
        facts = Facts(problem, members, without)
        facts.stand_in_for = await self._absent(community, homes, members, ties, at)
        return facts

    async def _households(
        self, community: str, at: datetime
    ) -> tuple[dict[str, Household], list[str]]:
        """Those who want to be visited, and those who were not asked yet."""
        homes, without = {}, []
        wanting = [HouseholdState.CONSENTED.value, *(state.value for state in ASKING)]
        where = {"state": {"$in": wanting}}
        async for home in _all(self._stores.households, community, where):
            if consents(home, at=at, to=ConsentScope.VISITS):
                homes[home.id] = home
            elif home.state in ASKING or not consents(home, at=at):
                without.append(home.id)
        return homes, without

    async def _refused(self, community: str, at: datetime) -> tuple[set[Pair], set[Pair]]:
        """Refused of late, and long ago."""
        late: set[Pair] = set()
        long_ago: set[Pair] = set()
        after = ""
        while found := await self._stores.refusals.of(community, after=after, limit=PORTION):
            for _, pair, when in found:
                (late if when + RULES.refused_for > at else long_ago).add(pair)
            after = found[-1][0]
        return late, long_ago

    async def _apart(
        self, community: str, members: Mapping[str, Member], homes: Mapping[str, Household]
    ) -> set[Pair]:
        """Of whom one must not help where the other lives."""
        helpers = {member.person_id: member.id for member in members.values()}
        households: dict[str, list[str]] = defaultdict(list)
        for home in homes.values():
            for person_id in home.person_ids:
                households[person_id].append(home.id)
        found: set[Pair] = set()
        where = {"state": ConflictState.STANDING.value}
        async for conflict in _all(self._stores.conflicts, community, where):
            for one, other in (conflict.person_ids, conflict.person_ids[::-1]):
                if one in helpers:
                    found.update((helpers[one], home) for home in households.get(other, ()))
        return found

    async def _pending(self, community: str) -> set[Pair]:
        """What is proposed already, and not decided."""
        where = {"community": community, "state": MatchingState.PROPOSED.value}
        found: set[Pair] = set()
        for proposed in await self._stores.matchings.find(where, limit=10):
            after = 0
            while items := await self._stores.items.open(proposed.id, after=after, limit=PORTION):
                found.update(
                    (item.helper_id, item.household_id)
                    for item in items
                    if item.kind is ItemKind.PAIR and item.helper_id is not None
                )
                after = items[-1].number
        return found

    async def _absent(
        self,
        community: str,
        homes: Mapping[str, Household],
        members: Mapping[str, Member],
        ties: _Ties,
        at: datetime,
    ) -> dict[str, Member]:
        """Whose helpers are all away, and nobody stands in: in whose stead somebody should."""
        standing = {"state": StandInState.STANDING.value}
        looked_after = {
            each.household_id
            async for each in _all(self._stores.stand_ins, community, standing)
            if stands(each, at=at)
        }
        found = {}
        for household_id, helper_ids in ties.active.items():
            helpers = [members[each] for each in sorted(helper_ids) if each in members]
            gone = [each for each in helpers if each.state is MemberState.AWAY]
            wanting = household_id in homes and household_id not in looked_after
            if wanting and gone and len(gone) == len(helpers):
                found[household_id] = gone[0]
        return found


async def _all(store: Store[A], community: str, where: Mapping[str, Any]) -> AsyncIterator[A]:
    cursor: str | None = None
    while True:
        page = await store.page(where, communities=(community,), cursor=cursor, limit=PORTION)
        for each in page.items:
            yield each
        cursor = page.next_cursor
        if cursor is None:
            return


def _dwellings(members: Collection[Member], homes: Collection[Household]) -> set[str]:
    found = {member.dwelling_id for member in members if member.dwelling_id is not None}
    return found | {home.dwelling_id for home in homes}


def _helpers(
    active: Mapping[str, Member],
    homes: Mapping[str, Household],
    ties: _Ties,
    places: Mapping[str, Place],
    matching: Matching,
) -> tuple[Helper, ...]:
    """Those who are there, with the room that households outside of the problem leave them.

    In the order of what they are known by outside: of equally good answers the same people and
    homes always get the same one, whatever ids they were given here.
    """
    carried = Counter(helper_id for helper_id, _ in ties.pairs)
    outside = Counter(one for one, household_id in ties.pairs if household_id not in homes)
    found = []
    for member in sorted(active.values(), key=lambda each: each.person_id):
        room = matching_entry.room_of(member, carried=carried[member.id], modes=matching.modes)
        place = None if member.dwelling_id is None else places.get(member.dwelling_id)
        found.append(matching_entry.helper_of(member, room=room - outside[member.id], place=place))
    return tuple(found)


def _seekers(
    homes: Mapping[str, Household],
    members: Mapping[str, Member],
    ties: _Ties,
    places: Mapping[str, Place],
    matching: Matching,
) -> tuple[Seeker, ...]:
    """Households by their homes; helpers who are away for a while are theirs, and count as such."""
    away = Counter(
        household_id
        for helper_id, household_id in ties.pairs
        if helper_id in members and members[helper_id].state is MemberState.AWAY
    )
    return tuple(
        matching_entry.seeker_of(
            home,
            place=places.get(home.dwelling_id),
            modes=matching.modes,
            rules=RULES,
            had=away[home.id],
        )
        for home in sorted(homes.values(), key=lambda each: each.dwelling_id)
    )
