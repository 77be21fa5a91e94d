"""Who may be asked for help, rung by rung: where each rung's members are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.pairing.domain.care_asking import Watchers
from services.pairing.domain.care_offer import Offer
from services.pairing.domain.care_rules import ASKED_MAX
from services.pairing.domain.care_task import Origin
from services.pairing.domain.conflict import ConflictState, PersonConflict, apart
from services.pairing.domain.household import Household
from services.pairing.domain.matching_cost import price
from services.pairing.domain.matching_entry import helper_of, seeker_of
from services.pairing.domain.matching_rules import RULES
from services.pairing.domain.member import Member, MemberState
from services.pairing.domain.pairing import Pairing, PairingMode
from services.pairing.domain.standin import StandIn, StandInState, stands
from services.pairing.service.estate import Estates, places_in
from services.pairing.service.fellows import FellowStores
from services.pairing.service.helping import helpers_of, holders_of
from services.pairing.service.round import by_id
from shared.store import Store

STAND_INS_MAX, CONFLICTS_MAX, BRANCHES_MAX = 50, 500, 100
MEMBERS_MAX = 5_000
"""Of one community, far beyond any: who is priced at all."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for, in which community and for whom, and who was asked before."""

    community: str
    origin: Origin
    household: Household | None
    offers: Sequence[Offer] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where those who help, and what keeps them apart, are kept."""

    pairings: Store[Pairing]
    fellows: FellowStores
    stand_ins: Store[StandIn]
    conflicts: Store[PersonConflict]
    estates: Estates

    @property
    def members(self) -> Store[Member]:
        """Those who help."""
        return self.fellows.members


class Helpers(Protocol):
    """The members of one rung."""

    async def of(self, case: Case, household: Household, *, at: datetime) -> Sequence[Member]:
        """Those who are there and can be asked, in the order in which to ask them.

        ``Unavailable``.
        """


class OwnHelpers:
    """The household's own: the helpers of its active pairings, the oldest first, and then who
    stands in for one of them."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def of(self, case: Case, household: Household, *, at: datetime) -> Sequence[Member]:
        """See ``Helpers.of``."""
        sources = self._sources
        own = await helpers_of(household.id, sources.pairings, sources.members)
        where = {"household_id": household.id, "state": StandInState.STANDING.value}
        found = await sources.stand_ins.find(where, limit=STAND_INS_MAX)
        ids = [each.member_id for each in found if stands(each, at=at)]
        standing = await by_id(sources.members, ids)
        return [*own, *(standing[each] for each in ids if _is_there(standing.get(each)))]


class PostHolders:
    """Who holds the post that answers for such requests, the longest first."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def of(self, case: Case, household: Household, *, at: datetime) -> Sequence[Member]:
        """See ``Helpers.of``."""
        held = await holding_for(case, self._sources, at=at)
        return await _together(held, household, self._sources.conflicts)


class MatchedHelpers:
    """The community's members by what each would cost, as matching reckons it, the least first;
    not who is out of reach."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def of(self, case: Case, household: Household, *, at: datetime) -> Sequence[Member]:
        """See ``Helpers.of``."""
        where = {"community": case.community, "state": MemberState.ACTIVE.value}
        members = await self._sources.members.find(where, limit=MEMBERS_MAX)
        places = await places_in(self._sources.estates, case.community, _homes(members, household))
        seeker = seeker_of(
            household,
            place=places.get(household.dwelling_id),
            modes=tuple(PairingMode),
            rules=RULES,
        )
        ranked = []
        for member in await _together(members, household, self._sources.conflicts):
            place = places.get(member.dwelling_id or "")
            cost = price(helper_of(member, room=1, place=place), seeker, RULES)
            if cost is not None:
                ranked.append((cost.points, member.id, member))
        best = sorted(ranked, key=lambda each: each[:2])[: ASKED_MAX + len(case.offers)]
        return [member for _, _, member in best]


async def watchers_of(case: Case, sources: Sources, *, at: datetime) -> Watchers:
    """Who is to be told that nobody does it: holders of the post, the branches of them and of who
    was asked; all branches of the community where that is none. ``Unavailable``."""
    holders = await holding_for(case, sources, at=at)
    asked = await by_id(sources.members, [offer.helper_id for offer in case.offers])
    if case.household is not None:
        own = await helpers_of(case.household.id, sources.pairings, sources.members)
        asked |= {each.id: each for each in own}
    branch_ids = {each.branch_id for each in (*holders, *asked.values())}
    if not branch_ids:
        found = await sources.fellows.branches.find(
            {"community": case.community}, limit=BRANCHES_MAX
        )
        branch_ids = {branch.id for branch in found}
    return Watchers(tuple(each.id for each in holders), tuple(sorted(branch_ids)))


async def holding_for(case: Case, sources: Sources, *, at: datetime) -> list[Member]:
    """Who holds the post that answers for what is asked for, and is there. ``Unavailable``."""
    origin = case.origin
    return await holders_of(
        origin.service_code,
        case.community,
        sources.fellows.posts,
        sources.members,
        at=at,
        code=origin.post,
    )


async def _together(
    members: Sequence[Member], household: Household, conflicts: Store[PersonConflict]
) -> list[Member]:
    """Those of them who may be sent to the household: not who lives there or is kept apart."""
    where = {
        "community": household.community,
        "person_ids": {"$in": list(household.person_ids)},
        "state": ConflictState.STANDING.value,
    }
    standing = await conflicts.find(where, limit=CONFLICTS_MAX)
    barred = {helper_id for helper_id, _ in apart(members, [household], standing)}
    return [member for member in members if member.id not in barred]


def _homes(members: Sequence[Member], household: Household) -> set[str]:
    homes = {member.dwelling_id for member in members if member.dwelling_id is not None}
    return homes | {household.dwelling_id}


def _is_there(member: Member | None) -> bool:
    return member is not None and member.state is MemberState.ACTIVE
