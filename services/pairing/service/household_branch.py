"""Giving households to branches: by staff, or by the first helper who begins."""

from collections.abc import Sequence

from services.pairing.domain.branch import Branch
from services.pairing.domain.household import Household, HouseholdState
from services.pairing.domain.household_branch import assign
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import Pairing
from services.pairing.service.branch import check_known
from shared.envelope import Envelope
from shared.events.pairing import PairingActivated
from shared.store import Store


class HouseholdBranchService:
    """The use cases."""

    def __init__(
        self,
        households: Store[Household],
        branches: Store[Branch],
        pairings: Store[Pairing],
        members: Store[Member],
    ) -> None:
        self._households = households
        self._branches = branches
        self._pairings = pairings
        self._members = members

    async def assign(
        self,
        household_id: str,
        *,
        branch_id: str | None,
        communities: Sequence[str],
        seen: int | None = None,
    ) -> Household:
        """Give it to a branch, which answers for it from now on; ``Invalid`` for one that its
        community has not; ``WrongState`` for a household that has left."""
        household = await self._households.get(household_id, communities=communities, seen=seen)
        if branch_id is not None:
            await check_known(self._branches, branch_id, community=household.community)
        assigned = assign(household, branch_id=branch_id)
        return household if assigned is None else await self._households.save(*assigned)

    async def on_pairing_activated(self, event: PairingActivated, envelope: Envelope) -> None:
        """A household that no branch answers for is given to the first helper's, which keeps it
        when the pairing is over. A repeat finds it given."""
        pairing = await self._pairings.get(event.pairing_id)
        if not pairing.helper_ids:
            return
        helper = await self._members.get(pairing.helper_ids[0])
        for household_id in pairing.household_ids:
            household = await self._households.get(household_id)
            if household.branch_id is not None or household.state is HouseholdState.LEFT:
                continue
            given = assign(household, branch_id=helper.branch_id)
            if given is not None:
                await self._households.save(*given, handling=envelope)
