"""For which households a branch answers, so that its secretary sees those and nobody else's.

A household belongs to the branch that it was given to: the one that entered it, that staff named,
or whose helper was the first to begin with it. It belongs as well to the branches of those who help
it or stand in there now, and of those who lead its entrance or building. Staff see all.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.pairing.domain.estate import Estate
from services.pairing.domain.household import LIVING_HERE, Household
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.pairing import LIVE, SIDES_MAX, Pairing
from services.pairing.domain.standin import StandIn, StandInState
from services.pairing.domain.whereabouts import places_of
from services.pairing.service.estate import ESTATES_AT_ONCE, Estates
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.round import together
from shared.errors import NotFound
from shared.store import Store

MEMBERS_MAX = 5_000
"""Members of one branch."""
HOMES_MAX = 20_000
"""Households of one branch that a list of them goes by."""
EACH_MAX = 100
"""Stand-ins of one member, or leads of one place, that are looked at."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom a thing is about: households, and people who do something for it."""

    household_ids: Sequence[str | None] = ()
    person_ids: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True)
class BranchSight:
    """Reads it from what stands in the registers at this moment."""

    members: Store[Member]
    households: Store[Household]
    pairings: Store[Pairing]
    stand_ins: Store[StandIn]
    estates: Estates

    async def where(
        self, onlooker: Onlooker, *, homes: str, people: str | None = None
    ) -> Mapping[str, Any]:
        """Bounds a list to what is of the onlooker's branch, as a query; nobody else's list.

        ``homes``: the field with the households' ids; ``people``: one with persons, if the branch's
        own members count as well.
        """
        if onlooker.branch_id is None:  # who names no branch has no communities either
            return {} if onlooker.communities else {homes: {"$in": []}}
        members = await self._members(onlooker)
        found = {homes: {"$in": sorted(await self._homes(onlooker, members))}}
        if people is None:
            return found
        persons = {people: {"$in": sorted(each.person_id for each in members)}}
        return {"$or": [found, persons]}

    async def sees(self, about: About, onlooker: Onlooker) -> bool:
        """Whether a thing is of the onlooker's branch, by its households or its people."""
        for household_id in about.household_ids:
            if household_id is not None and await self.answers_for(household_id, onlooker):
                return True
        persons = [each for each in about.person_ids if each is not None]
        return bool(persons) and await self._any_member(onlooker, {"person_id": {"$in": persons}})

    async def answers_for(self, household_id: str, onlooker: Onlooker) -> bool:
        """Whether the onlooker's branch does, for one household."""
        try:
            home = await self.households.get(household_id, communities=onlooker.communities)
        except NotFound:
            return False
        if onlooker.branch_id in (None, home.branch_id):
            return True
        if await self._any_member(onlooker, {"_id": {"$in": await self._helping(home)}}):
            return True
        place = await self._place(home)
        return bool(place) and await self._any_member(onlooker, {"leads": {"$in": place}})

    async def _helping(self, home: Household) -> list[str]:
        live = {"household_ids": home.id, "state": {"$in": [state.value for state in LIVE]}}
        standing = {"household_id": home.id, "state": StandInState.STANDING.value}
        pairings = await self.pairings.find(live, limit=EACH_MAX)
        stand_ins = await self.stand_ins.find(standing, limit=EACH_MAX)
        return [
            *(helper_id for pairing in pairings for helper_id in pairing.helper_ids),
            *(each.member_id for each in stand_ins),
        ]

    async def _place(self, home: Household) -> list[str]:
        """The entrance and the building of the household, if an estate has its home."""
        async for estate in self._estates(home.community):
            place = places_of(estate).get(home.dwelling_id)
            if place is not None:
                return [place.entrance_id, place.building_id]
        return []

    async def _any_member(self, onlooker: Onlooker, where: Mapping[str, Any]) -> bool:
        of_branch = {**_of_branch(onlooker), **where}
        return bool(await self.members.find(of_branch, limit=1))

    async def _members(self, onlooker: Onlooker) -> list[Member]:
        return await self.members.find(_of_branch(onlooker), limit=MEMBERS_MAX)

    async def _homes(self, onlooker: Onlooker, members: Sequence[Member]) -> set[str]:
        within = {"$in": list(onlooker.communities)}
        given = {"community": within, "branch_id": onlooker.branch_id}
        found = {each.id for each in await self.households.find(given, limit=HOMES_MAX)}
        live = {"state": {"$in": [state.value for state in LIVE]}}
        standing = {"state": StandInState.STANDING.value}
        for some in together(each.id for each in members):
            helping = {"helper_ids": {"$in": some}, **live}
            for pairing in await self.pairings.find(helping, limit=len(some) * SIDES_MAX):
                found.update(pairing.household_ids)
            standing_in = {"member_id": {"$in": some}, **standing}
            for each in await self.stand_ins.find(standing_in, limit=len(some) * EACH_MAX):
                found.add(each.household_id)
        return found | await self._led(onlooker, members)

    async def _led(self, onlooker: Onlooker, members: Sequence[Member]) -> set[str]:
        """The households behind the entrances and in the buildings that its members lead."""
        led = {place for member in members for place in member.leads}
        if not led:
            return set()
        dwellings = [
            dwelling_id
            for community in onlooker.communities
            async for estate in self._estates(community)
            for dwelling_id, place in places_of(estate).items()
            if led & {place.building_id, place.entrance_id}
        ]
        return {each.id for each in await self._living_in(onlooker, dwellings)}

    async def _living_in(self, onlooker: Onlooker, dwellings: Iterable[str]) -> list[Household]:
        here = {
            "community": {"$in": list(onlooker.communities)},
            "state": {"$in": [state.value for state in LIVING_HERE]},
        }
        found: list[Household] = []
        for some in together(dwellings):
            where = {**here, "dwelling_id": {"$in": some}}
            found += await self.households.find(where, limit=len(some))
        return found

    async def _estates(self, community: str) -> AsyncIterator[Estate]:
        after = ""
        while found := await self.estates.in_community(
            community, after=after, limit=ESTATES_AT_ONCE
        ):
            for estate in found:
                yield estate
            after = found[-1].id


def _of_branch(onlooker: Onlooker) -> dict[str, Any]:
    there = [MemberState.ACTIVE.value, MemberState.AWAY.value]
    return {
        "community": {"$in": list(onlooker.communities)},
        "branch_id": onlooker.branch_id,
        "state": {"$in": there},
    }
