"""Reads what visits depend on: pairings with their people, many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from services.pairing.domain.household import Household
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing
from services.pairing.domain.post import Post
from services.pairing.domain.rota import Round
from services.pairing.domain.standin import StandIn, StandInState
from shared.store import Aggregate, Store

TOGETHER = 500
"""Documents asked for at once."""
STAND_INS_MAX = 2_000
"""Of so many households together: a household has a few at most."""

D = TypeVar("D", bound=Aggregate)


@dataclass(frozen=True, slots=True)
class Registers:
    """Where the people of visits are kept."""

    pairings: Store[Pairing]
    households: Store[Household]
    members: Store[Member]
    stand_ins: Store[StandIn]
    posts: Store[Post]

    async def rounds(self, pairing_ids: Iterable[str]) -> dict[str, Round]:
        """The pairings of these ids, each with its people; one that is not there is left out."""
        pairings = await by_id(self.pairings, pairing_ids)
        homes = await by_id(
            self.households, (each for p in pairings.values() for each in p.household_ids)
        )
        standing = await self._standing(homes)
        helpers = (each for p in pairings.values() for each in p.helper_ids)
        members = await by_id(
            self.members, [*helpers, *(s.member_id for each in standing.values() for s in each)]
        )
        return {
            id_: Round(
                pairing=pairing,
                households={h: homes[h] for h in pairing.household_ids if h in homes},
                members=members,
                stand_ins=[s for h in pairing.household_ids for s in standing.get(h, ())],
            )
            for id_, pairing in pairings.items()
        }

    async def _standing(self, household_ids: Iterable[str]) -> Mapping[str, list[StandIn]]:
        found: dict[str, list[StandIn]] = {}
        for some in together(household_ids):
            where = {"household_id": {"$in": some}, "state": StandInState.STANDING.value}
            for each in await self.stand_ins.find(where, limit=STAND_INS_MAX):
                found.setdefault(each.household_id, []).append(each)
        return found


async def by_id(store: Store[D], ids: Iterable[str]) -> dict[str, D]:
    """The documents of these ids that are there."""
    found: dict[str, D] = {}
    for some in together(ids):
        where: Mapping[str, Any] = {"_id": {"$in": some}}
        found |= {each.id: each for each in await store.find(where, limit=len(some))}
    return found


def together(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    """The ids, each once, in lots to be asked for at once."""
    distinct = list(dict.fromkeys(ids))
    return [distinct[n : n + TOGETHER] for n in range(0, len(distinct), TOGETHER)]
