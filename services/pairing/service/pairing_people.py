"""The people of a pairing, one by one: they answer, are let go, rest and return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.pairing.domain import pairing_answer, pairing_pause, pairing_release
from services.pairing.domain.pairing import Answer, EndReason, Outcome, Pairing, is_live
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.pairing_parts import PairingParts
from shared.deciding import changed
from shared.errors import Invalid, NotFound
from shared.events import Event


@dataclass(frozen=True, slots=True)
class OneSide:
    """One helper or one household of a pairing: exactly one of the two."""

    helper_id: str | None = None
    household_id: str | None = None

    def check(self) -> None:
        """``Invalid`` unless it is exactly one."""
        if (self.helper_id is None) == (self.household_id is None):
            raise Invalid("pairing.one_side", pointer="/helper_id")


class PairingPeopleService:
    """Each: ``NotFound`` outside what may be seen, ``WrongState``, ``Stale`` if ``seen`` moved on.

    Who did not say what they saw is decided for again if somebody else was faster, so that of two
    who agree at one moment both have agreed.
    """

    def __init__(self, parts: PairingParts) -> None:
        self._parts = parts
        self._store = parts.pairings
        self._clock = parts.clock

    async def answer(
        self, pairing_id: str, onlooker: Onlooker, *, agreed: bool, seen: int | None = None
    ) -> Pairing:
        """Somebody answers for themselves, as a helper or for all households that they live in."""
        pairing = await self._store.get(pairing_id, communities=onlooker.communities)
        helper_ids, household_ids = await self._parts.own_ids(onlooker)
        mine = [
            *(OneSide(helper_id=each) for each in pairing.helper_ids if each in helper_ids),
            *(
                OneSide(household_id=each)
                for each in pairing.household_ids
                if each in household_ids
            ),
        ]
        if not mine:
            raise NotFound("store.not_found", id=pairing_id)
        return await self._change(
            pairing_id,
            onlooker.communities,
            seen,
            lambda p: self._answered_all(p, mine, agreed, by=onlooker.person_id or ""),
        )

    async def record_answer(
        self,
        pairing_id: str,
        side: OneSide,
        *,
        agreed: bool,
        by: str,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Pairing:
        """An officer records what one of them said. ``Invalid`` for who is not of the pairing."""
        side.check()
        return await self._change(
            pairing_id, communities, seen, lambda p: self._answered(p, side, agreed, by=by)
        )

    async def release(
        self,
        pairing_id: str,
        side: OneSide,
        *,
        reason: EndReason,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Pairing:
        """Let one go; the last of a side takes the pairing with it."""
        side.check()

        def decide(pairing: Pairing) -> Outcome:
            if side.helper_id is not None:
                left = pairing_release.release_helper(
                    pairing, helper_id=side.helper_id, reason=reason
                )
            else:
                left = pairing_release.release(
                    pairing, household_id=side.household_id or "", reason=reason
                )
            return pairing_answer.consented_if_all(*left)

        return await self._change(pairing_id, communities, seen, decide)

    async def rest(
        self,
        pairing_id: str,
        household_id: str,
        *,
        until: datetime | None,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Pairing:
        """One of several households rests until then, or until it is told to be back."""
        now = self._clock.now()
        return await self._change(
            pairing_id,
            communities,
            seen,
            lambda p: pairing_pause.rest(p, household_id=household_id, until=until, at=now),
        )

    async def come_back(
        self,
        pairing_id: str,
        household_id: str,
        *,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Pairing:
        """A household that rested is visited again. ``Conflict`` without its consent in force."""
        pairing = await self._store.get(pairing_id, communities=communities)
        pairing.check_household(household_id)
        home, now = await self._parts.households.get(household_id), self._clock.now()
        return await self._change(
            pairing_id,
            communities,
            seen,
            lambda p: pairing_pause.come_back(p, household=home, at=now),
        )

    def _answered_all(
        self, pairing: Pairing, sides: Sequence[OneSide], agreed: bool, *, by: str
    ) -> Outcome:
        """The same answer for each; what the answer for one of them ends needs no other."""
        events: list[Event] = []
        for side in sides:
            there = {*pairing.helper_ids, *pairing.household_ids}
            if not events or (is_live(pairing) and (side.helper_id or side.household_id) in there):
                pairing, told = self._answered(pairing, side, agreed, by=by)
                events += told
        return pairing, events

    def _answered(self, pairing: Pairing, side: OneSide, agreed: bool, *, by: str) -> Outcome:
        given = Answer(side.helper_id or side.household_id or "", by, self._clock.now())
        if side.helper_id is not None:
            if agreed:
                return pairing_answer.helper_agrees(pairing, answer=given)
            return pairing_answer.helper_declines(pairing, helper_id=side.helper_id)
        if agreed:
            return pairing_answer.household_agrees(pairing, answer=given)
        return pairing_answer.household_declines(pairing, household_id=side.household_id or "")

    async def _change(
        self,
        pairing_id: str,
        communities: Sequence[str],
        seen: int | None,
        decide: Callable[[Pairing], Outcome],
    ) -> Pairing:
        return await changed(
            self._store,
            lambda: self._store.get(pairing_id, communities=communities),
            decide,
            seen=seen,
        )
