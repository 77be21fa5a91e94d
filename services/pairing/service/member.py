"""Registering members, what is told of them, and their comings and goings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.pairing.domain import member as domain
from services.pairing.domain.branch import Branch
from services.pairing.domain.load import Load
from services.pairing.domain.member import (
    PROFILE_FIELDS,
    Member,
    MemberKind,
    MemberState,
    Profile,
    profile_of,
)
from services.pairing.service.branch import check_known
from services.pairing.service.estate import Estates
from services.pairing.service.member_load import Loads
from services.pairing.service.onlooker import Onlooker
from shared.alarms import Alarms
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Conflict, Invalid, NotAllowed
from shared.store import Page, Store, check_seen

OWN = frozenset({"households_max", "hours_a_month", "skills", "languages", "availability"})
"""What members may say of themselves; all else is their branch's to say."""
CAPACITIES = frozenset({"households_max", "hours_a_month"})

Changes = Mapping[str, Any]
"""Fields of a profile by name, as they are to be."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around members."""

    branches: Store[Branch]
    estates: Estates
    loads: Loads


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members a list is to have; None for any."""

    branch_id: str | None = None
    state: MemberState | None = None
    kind: MemberKind | None = None
    skill: str | None = None
    language: str | None = None

    def where(self) -> dict[str, Any]:
        """The same as a filter over stored fields."""
        told = {
            "branch_id": self.branch_id,
            "state": self.state and self.state.value,
            "kind": self.kind and self.kind.value,
            "skills": self.skill,
            "languages": self.language,
        }
        return {name: value for name, value in told.items() if value is not None}


class MemberService:
    """What one can do with members.

    An onlooker of a branch has to do with its members alone, a member with themselves.
    """

    def __init__(
        self,
        store: Store[Member],
        known: Known,
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._store = store
        self._known = known
        self._clock = clock
        self._new_id = new_id
        self.absences = Alarms(store, clock, field="alarm_at", tick=domain.follow_clock)

    async def register(
        self, onlooker: Onlooker, *, community: str, person_id: str, profile: Profile
    ) -> Member:
        """Register a person as a member.

        Errors: ``Conflict`` if the community has them already; ``NotAllowed`` for another branch's;
        ``Invalid`` if branch, dwelling or what they lead is unknown, or as the domain says.
        """
        _check_branch(onlooker, profile.branch_id)
        await self._check_known(community, profile, PROFILE_FIELDS)
        member, events = domain.register(
            id=self._new_id("mem"), community=community, person_id=person_id, profile=profile
        )
        try:
            return await self._store.save(member, events)
        except Conflict as conflict:
            if "person_id" not in str(conflict.facts.get("fields")):
                raise
            raise Conflict("member.exists", pointer="/person_id", person_id=person_id) from None

    async def change(
        self, member_id: str, onlooker: Onlooker, changes: Changes, *, seen: int | None
    ) -> Member:
        """Tell some of the profile anew; what is as it was changes nothing.

        Errors: as for ``register``; ``NotAllowed`` for a field that is the branch's to say;
        ``Conflict`` for a capacity below what is carried.
        """
        return await self.change_of(
            await self.get(member_id, onlooker), onlooker, changes, seen=seen
        )

    async def change_of(
        self, member: Member, onlooker: Onlooker, changes: Changes, *, seen: int | None
    ) -> Member:
        """The same for a member who is at hand; ``seen`` matters if there is something to write."""
        profile = replace(profile_of(member), **changes)
        told = [name for name in changes if getattr(profile, name) != getattr(member, name)]
        if not told:
            return member
        _check_fields(onlooker, told)
        await self._check_known(member.community, profile, told)
        carried = await self._carried(member) if CAPACITIES & set(told) else Load()
        after, events = domain.change(member, profile=profile, carried=carried)
        if not events:
            return member
        check_seen(member, seen)
        return await self._store.save(after, events)

    async def go_away(
        self,
        member_id: str,
        onlooker: Onlooker,
        *,
        since: datetime | None = None,
        until: datetime | None,
        seen: int | None,
    ) -> Member:
        """Be away until then, or until told, from now or from a moment to come; the clock sees to
        both ends."""
        member = await self._seen(member_id, onlooker, seen)
        now = self._clock.now()
        return await self._store.save(*domain.go_away(member, since=since, until=until, at=now))

    async def come_back(self, member_id: str, onlooker: Onlooker, *, seen: int | None) -> Member:
        """Be there again, before the time that was told perhaps; or stay, whatever was planned."""
        member = await self._seen(member_id, onlooker, seen)
        return await self._store.save(*domain.come_back(member))

    async def leave(self, member_id: str, onlooker: Onlooker, *, seen: int | None) -> Member:
        """Leave for good: pairings, posts and teams let go by the event."""
        member = await self._seen(member_id, onlooker, seen)
        return await self._store.save(*domain.leave(member))

    async def rejoin(self, member_id: str, onlooker: Onlooker, *, seen: int | None) -> Member:
        """Come back after having left."""
        member = await self._seen(member_id, onlooker, seen)
        return await self._store.save(*domain.rejoin(member))

    async def get(self, member_id: str, onlooker: Onlooker) -> Member:
        """One member; ``NotFound`` if the onlooker may not see them."""
        member = await self._store.get(member_id, communities=onlooker.communities)
        onlooker.check(member.id, person_id=member.person_id, branch_id=member.branch_id)
        return member

    async def page(
        self, onlooker: Onlooker, wanted: MemberFilter, *, cursor: str | None, limit: int
    ) -> Page[Member]:
        """The members that the onlooker may see and asks for, newest first."""
        if onlooker.branch_id is not None and wanted.branch_id not in (None, onlooker.branch_id):
            return Page([], None)
        where = {**wanted.where(), **onlooker.where()}
        return await self._store.page(
            where, communities=onlooker.communities, cursor=cursor, limit=limit
        )

    async def loads(
        self, onlooker: Onlooker, wanted: MemberFilter, *, cursor: str | None, limit: int
    ) -> Page[tuple[Member, Load]]:
        """The same, each with what they carry at this moment."""
        page = await self.page(onlooker, wanted, cursor=cursor, limit=limit)
        loads = await self._known.loads.of(page.items)
        return Page([(member, loads[member.id]) for member in page.items], page.next_cursor)

    async def story(self, member_id: str, onlooker: Onlooker) -> list[Envelope]:
        """All that happened to the member's record, oldest first; ``NotFound``."""
        member = await self.get(member_id, onlooker)
        return await self._store.story(member.id)

    async def of_persons(self, community: str, person_ids: list[str]) -> dict[str, Member]:
        """The members that these persons are in a community, by the persons."""
        where = {"community": community, "person_id": {"$in": person_ids}}
        found = await self._store.find(where, limit=len(person_ids)) if person_ids else []
        return {member.person_id: member for member in found}

    async def _seen(self, member_id: str, onlooker: Onlooker, seen: int | None) -> Member:
        member = await self.get(member_id, onlooker)
        check_seen(member, seen)
        return member

    async def _carried(self, member: Member) -> Load:
        return (await self._known.loads.of([member]))[member.id]

    async def _check_known(
        self, community: str, profile: Profile, told: list[str] | tuple[str, ...]
    ) -> None:
        """Passes if what is told anew names what there is in the community."""
        estates = self._known.estates
        if "branch_id" in told:
            await check_known(self._known.branches, profile.branch_id, community=community)
        home = profile.dwelling_id if "dwelling_id" in told else None
        if home is not None and await estates.community_of(home) != community:
            raise Invalid("dwelling.unknown", pointer="/dwelling_id", dwelling_id=home)
        if "leads" in told and profile.leads:
            there = await estates.places(community, profile.leads)
            for number, place_id in enumerate(profile.leads):
                if place_id not in there:
                    raise Invalid("place.unknown", pointer=f"/leads/{number}", place_id=place_id)


def _check_branch(onlooker: Onlooker, branch_id: str) -> None:
    if onlooker.branch_id not in (None, branch_id):
        raise NotAllowed("member.other_branch", pointer="/branch_id")


def _check_fields(onlooker: Onlooker, told: list[str]) -> None:
    """Passes if these are the onlooker's to say: a move between branches is neither's alone."""
    if onlooker.person_id is not None:
        for name in told:
            if name not in OWN:
                raise NotAllowed("member.branch_decides", pointer=f"/{name}", field=name)
    elif onlooker.branch_id is not None and "branch_id" in told:
        raise NotAllowed("member.other_branch", pointer="/branch_id")
