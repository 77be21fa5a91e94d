"""Bringing and serving meals, and seeing the same day who did not have theirs."""

import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime

from services.pairing.domain import meal as domain
from services.pairing.domain.meal import Meal, MealState, Outcome
from services.pairing.domain.member import Member, check_there
from services.pairing.domain.pairing import Pairing
from services.pairing.service.helping import helpers_of, holders_of
from services.pairing.service.meal import MealParts
from services.pairing.service.onlooker import Onlooker
from shared.alarms import Rounds
from shared.clock import Clock
from shared.deciding import changed
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Invalid, NotAllowed, NotFound
from shared.events.pairing import PairingEnded, PairingHouseholdReleased, PairingPaused
from shared.events.pairing_members import MemberAway, MemberLeft
from shared.events.pairing_pairing import PairingHelperReleased
from shared.events.pairing_register import HouseholdLeft, PersonErased, PersonLeft

MEALS = "care.meals"
"""The service whose post is told of a meal that nobody fetched."""
CARRIED_MAX = 500
"""Meals that one member is still to bring: far beyond what anybody carries."""
MemberGone = MemberAway | MemberLeft
EaterGone = PersonLeft | PersonErased | HouseholdLeft
PairingRested = PairingPaused | PairingEnded | PairingHouseholdReleased | PairingHelperReleased


class ServingService:
    """The use cases. An onlooker without a person runs the canteen; others carry meals.

    Each: ``NotFound`` for a meal that is not the onlooker's to bring; ``Stale`` if ``seen`` has
    moved on; ``WrongState``.
    """

    def __init__(self, parts: MealParts, clock: Clock) -> None:
        self._parts = parts
        self._store = parts.meals
        self._clock = clock
        self._rounds = Rounds(parts.meals, clock, field="alarm_at", act=self._miss_if_due)

    async def collect(self, meal_id: str, onlooker: Onlooker, *, seen: int | None) -> Meal:
        """Its eater has it, says who runs the canteen."""
        return await self._change(
            meal_id, onlooker, lambda meal, at: domain.collect(meal, at=at), seen
        )

    async def deliver(self, meal_id: str, onlooker: Onlooker, *, seen: int | None) -> Meal:
        """It was handed over at the door."""
        return await self._change(
            meal_id, onlooker, lambda meal, at: domain.deliver(meal, at=at), seen
        )

    async def miss(self, meal_id: str, onlooker: Onlooker, *, seen: int | None) -> Meal:
        """Nobody opened the door, or nobody came: told at once."""
        helpers, holders = await self._to_be_told(await self._carried(meal_id, onlooker))
        return await self._change(
            meal_id,
            onlooker,
            lambda meal, at: domain.miss(meal, helpers=helpers, holders=holders, at=at),
            seen,
        )

    async def hand_over(
        self, meal_id: str, onlooker: Onlooker, *, carrier_id: str | None, seen: int | None
    ) -> Meal:
        """Have another member of the community bring it, or the kitchen (None); who carries it may
        only give it back to the kitchen. ``Invalid`` for a member that there is not."""
        meal = await self._carried(meal_id, onlooker)
        if onlooker.person_id is not None and carrier_id is not None:
            raise NotAllowed("meal.for_others")
        carrier = None if carrier_id is None else await self._member(meal.community, carrier_id)
        return await self._change(
            meal_id, onlooker, lambda known, _: domain.hand_over(known, carrier=carrier), seen
        )

    async def ring(self) -> int:
        """See which meals nobody has had by now, and tell; how many. ``Unavailable``."""
        return await self._rounds.ring()

    async def on_member_gone(self, event: MemberGone, envelope: Envelope) -> None:
        """Others bring what they were to bring, as far as that is of their time away."""
        await self._pass_on([event.member_id], None, envelope)

    async def on_eater_gone(self, event: EaterGone, envelope: Envelope) -> None:
        """Nobody is to wait for, or look for, who has left or died: their meals are cancelled."""
        if isinstance(event, HouseholdLeft):
            whose = {"household_id": event.household_id}
        else:
            whose = {"person_id": event.person_id}
        where = {**whose, "state": MealState.ORDERED.value}
        for meal in await self._store.find(where, limit=CARRIED_MAX):
            cancelled = domain.cancel(meal, at=self._clock.now(), late=True)
            with contextlib.suppress(AlreadyHeard):
                await self._store.save(*cancelled, handling=envelope)

    async def on_pairing_rested(self, event: PairingRested, envelope: Envelope) -> None:
        """Who does not help a household any more does not bring its meals."""
        pairing: Pairing = await self._parts.pairings.get(event.pairing_id)
        helper_ids, household_ids = set(pairing.helper_ids), set(pairing.household_ids)
        if isinstance(event, PairingHelperReleased):
            helper_ids.add(event.helper_id)
        if isinstance(event, PairingHouseholdReleased):
            household_ids.add(event.household_id)
        await self._pass_on(sorted(helper_ids), household_ids, envelope)

    async def _pass_on(
        self, member_ids: Iterable[str], household_ids: set[str] | None, envelope: Envelope
    ) -> None:
        """Give their meals, of these households or all, to who is there; a repeat finds none."""
        for member_id in member_ids:
            where = {"carrier_id": member_id, "state": MealState.ORDERED.value}
            for meal in await self._store.find(where, limit=CARRIED_MAX):
                if household_ids is not None and meal.household_id not in household_ids:
                    continue
                helpers = await self._helpers(meal)
                if any(helper.id == member_id for helper in helpers):
                    continue
                passed = domain.hand_over(meal, carrier=helpers[0] if helpers else None)
                with contextlib.suppress(AlreadyHeard):
                    await self._store.save(*passed, handling=envelope)

    async def _miss_if_due(self, meal: Meal, now: datetime) -> bool:
        if not domain.is_missed(meal, at=now):
            return False
        helpers, holders = await self._to_be_told(meal)
        missed = domain.miss(meal, helpers=helpers, holders=holders, at=now)
        await self._store.save(*missed)
        return True

    async def _change(
        self,
        meal_id: str,
        onlooker: Onlooker,
        decide: Callable[[Meal, datetime], Outcome],
        seen: int | None,
    ) -> Meal:
        return await changed(
            self._store,
            lambda: self._carried(meal_id, onlooker),
            lambda meal: decide(meal, self._clock.now()),
            seen=seen,
        )

    async def _carried(self, meal_id: str, onlooker: Onlooker) -> Meal:
        meal = await self._store.get(meal_id, communities=onlooker.communities)
        onlooker.check(meal.id, person_id=meal.carrier_person_id)
        return meal

    async def _helpers(self, meal: Meal) -> list[Member]:
        if meal.household_id is None:
            return []
        return await helpers_of(meal.household_id, self._parts.pairings, self._parts.members)

    async def _to_be_told(self, meal: Meal) -> tuple[list[Member], list[Member]]:
        """The household's own helpers, and who holds the post that answers for meals."""
        holders = await holders_of(
            MEALS, meal.community, self._parts.posts, self._parts.members, at=self._clock.now()
        )
        return await self._helpers(meal), holders

    async def _member(self, community: str, member_id: str) -> Member:
        try:
            member = await self._parts.members.get(member_id, communities=(community,))
        except NotFound:
            raise Invalid("member.unknown", pointer="/carrier_id", helper_id=member_id) from None
        check_there(member, pointer="/carrier_id")
        return member
