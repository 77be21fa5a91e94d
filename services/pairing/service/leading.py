"""Proposing who could lead what, and taking it over into what members lead."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.pairing.domain import leading as domain
from services.pairing.domain.coverage import Unit
from services.pairing.domain.leading import Lead, LeadProblem
from services.pairing.domain.member import Member
from services.pairing.service.coverage import CoverageService, Sources
from services.pairing.service.member import MemberService
from services.pairing.service.onlooker import Onlooker
from shared import bulk
from shared.errors import Conflict

ACCEPTED_AT_ONCE_MAX = 100

Assign = Callable[[LeadProblem], Awaitable[list[tuple[str, str]]]]
"""The best answer, as members and places."""


@dataclass(frozen=True, slots=True)
class LeadProposal:
    """Who could lead what, and what would lack somebody still."""

    leads: list[Lead]
    lacking: list[Unit]


@dataclass(frozen=True, slots=True)
class Accepted:
    """One of them to be taken over."""

    member_id: str
    place_id: str


class LeadingService:
    """The use cases; each ``Unavailable``."""

    def __init__(
        self, coverage: CoverageService, sources: Sources, members: MemberService, assign: Assign
    ) -> None:
        self._coverage = coverage
        self._sources = sources
        self._members = members
        self._assign = assign

    async def propose(self, community: str) -> LeadProposal:
        """Worked out from what stands now; nothing is kept. ``Conflict`` for a community that is
        too large to be asked for whole."""
        facts, goals = await self._sources.facts(community), await self._coverage.goals(community)
        leads: list[Lead] = []
        for level in domain.LEVELS:
            lacking = [unit for unit in domain.lacking(facts, goals) if unit.level is level]
            if len(lacking) * len(facts.supporters) > domain.PAIRS_MAX:
                raise Conflict("coverage.too_large", most=domain.PAIRS_MAX)
            problem = await asyncio.to_thread(domain.problem, facts, goals, level)
            pairs = await self._assign(problem)
            leads += [domain.lead_of(facts, level, *pair) for pair in pairs]
            facts = domain.led(facts, pairs)
        return LeadProposal(leads, domain.lacking(facts, goals))

    async def accept(
        self, items: Sequence[Accepted], onlooker: Onlooker
    ) -> list[bulk.Outcome[Member]]:
        """Have these members lead these places; a branch its own. What is refused hinders no
        other, and what is so already stays so."""
        by_member: dict[str, list[tuple[int, Accepted]]] = {}
        for number, item in enumerate(items, start=1):
            by_member.setdefault(item.member_id, []).append((number, item))
        works = (self._taken(those, onlooker) for those in by_member.values())
        found = [each for some in await asyncio.gather(*works) for each in some]
        return sorted(found, key=lambda outcome: outcome.number)

    async def _taken(
        self, items: Sequence[tuple[int, Accepted]], onlooker: Onlooker
    ) -> list[bulk.Outcome[Member]]:
        """Those of one member, one after the other."""
        return [await self._one(number, item, onlooker) for number, item in items]

    async def _one(self, number: int, item: Accepted, onlooker: Onlooker) -> bulk.Outcome[Member]:
        try:
            member = await self._members.get(item.member_id, onlooker)
            known = item.place_id in member.leads
            if not known:
                leads = (*member.leads, item.place_id)
                member = await self._members.change(
                    member.id, onlooker, {"leads": leads}, seen=member.version
                )
        except bulk.REFUSALS as fault:
            return bulk.Outcome(number, item.member_id, fault=fault)
        return bulk.Outcome(number, item.member_id, member, known=known)
