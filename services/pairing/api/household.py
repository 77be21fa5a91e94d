"""Care households over HTTP: registered, consented, read for a purpose that is put on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.params import Depends as DependsOn

from services.pairing.api.branch_guard import BranchGuard, onlooker_of_homes
from services.pairing.api.forms import PREFIX
from services.pairing.api.household_forms import (
    AssignmentBody,
    CircumstancesView,
    ConsentBody,
    DepartureBody,
    HouseholdBody,
    HouseholdChangeBody,
    HouseholdView,
)
from services.pairing.api.person_forms import ErasureBody
from services.pairing.domain.household import Entry, Household, HouseholdState
from services.pairing.service.branch_sight import About, BranchSight
from services.pairing.service.forgetting import ForgettingService
from services.pairing.service.household import HouseholdService, Purpose
from services.pairing.service.household_branch import HouseholdBranchService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("pairing:household:write"))]
Looking = Annotated[Caller, Depends(needs("pairing:household:read"))]
Assigning = Annotated[Caller, Depends(needs("pairing:household:assign"))]
Exporting = Annotated[Caller, Depends(needs("pairing:household:export"))]
Anonymising = Annotated[Caller, Depends(needs("pairing:household:anonymise"))]


@dataclass(frozen=True, slots=True)
class HouseholdUses:
    """What is done with care households, and how far a branch sees."""

    households: HouseholdService
    forgetting: ForgettingService
    branches: HouseholdBranchService
    sight: BranchSight


def router(uses: HouseholdUses, answered: Lookup) -> APIRouter:
    """The routes of care households: a branch opens those alone for which it answers."""
    service, forgetting, sight = uses.households, uses.forgetting, uses.sight

    async def about(household_id: str, _: Sequence[str]) -> About:
        return About((household_id,))

    guard = BranchGuard(sight, about, "household_id")
    router = APIRouter(
        prefix=f"{PREFIX}/households", tags=["households"], dependencies=[guard.depends]
    )
    _assigning(router, uses.branches, answered)
    _writing(router, service, answered)
    _leaving(router, service, forgetting, [Depends(Once(answered, HouseholdView.of))])
    _reading(router, service, sight)
    return router


def _assigning(router: APIRouter, service: HouseholdBranchService, answered: Lookup) -> None:
    once = [Depends(Once(answered, HouseholdView.of))]

    @router.post("/{household_id}/branch", response_model=HouseholdView, dependencies=once)
    async def assign_household(
        household_id: PathId, body: AssignmentBody, caller: Assigning, version: Version
    ) -> Response:
        """Give a household to a branch, which answers for it from now on; null: to none."""
        household = await service.assign(
            household_id, branch_id=body.branch_id, communities=caller.communities, seen=version
        )
        return _shown(household)


def _writing(router: APIRouter, service: HouseholdService, answered: Lookup) -> None:
    registered = Depends(Once(answered, HouseholdView.of, status=201))
    changed = Depends(Once(answered, HouseholdView.of))

    @router.post("", status_code=201, response_model=HouseholdView, dependencies=[registered])
    async def register_household(body: HouseholdBody, caller: Writing) -> Response:
        """Register the household of a dwelling; without consent as yet."""
        household = await service.register(
            communities=caller.communities,
            dwelling_id=body.dwelling_id,
            person_ids=body.person_ids,
            circumstances=body.circumstances(),
            entry=Entry(body.external_ref, onlooker_of_homes(caller).branch_id),
        )
        location = f"{PREFIX}/households/{household.id}"
        return answer(HouseholdView.of(household), household.version, 201, location)

    @router.patch("/{household_id}", response_model=HouseholdView, dependencies=[changed])
    async def change_household(
        household_id: PathId, body: HouseholdChangeBody, caller: Writing, version: Version
    ) -> Response:
        """Change what is known of a household; what is left out stays as it is."""
        household = await service.change(
            household_id, body.changes(), communities=caller.communities, seen=version
        )
        return _shown(household)

    @router.post("/{household_id}/consent", response_model=HouseholdView, dependencies=[changed])
    async def record_consent(
        household_id: PathId, body: ConsentBody, caller: Writing, version: Version
    ) -> Response:
        """Record that the household agreed, in place of what it had agreed to before."""
        household = await service.consent(
            household_id, body.given(), communities=caller.communities, seen=version
        )
        return _shown(household)

    @router.delete("/{household_id}/consent", response_model=HouseholdView)
    async def withdraw_consent(household_id: PathId, caller: Writing, version: Version) -> Response:
        """Take the consent back: the household's pairings and what is on offer for it stop."""
        household = await service.withdraw_consent(
            household_id, communities=caller.communities, seen=version
        )
        return _shown(household)


def _leaving(
    router: APIRouter,
    service: HouseholdService,
    forgetting: ForgettingService,
    once: Sequence[DependsOn],
) -> None:
    @router.post("/{household_id}/departure", response_model=HouseholdView, dependencies=once)
    async def household_leaves(
        household_id: PathId, body: DepartureBody, caller: Writing, version: Version
    ) -> Response:
        """Take the household off the register: its pairings, visits and offers stop, for good."""
        household = await service.leave(
            household_id, reason=body.reason, communities=caller.communities, seen=version
        )
        return _shown(household)

    @router.post("/{household_id}/anonymisation", response_model=HouseholdView, dependencies=once)
    async def anonymise_household(
        household_id: PathId, body: ErasureBody, caller: Anonymising, version: Version
    ) -> Response:
        """Take out of a household that has left whose it was; for good. What is counted stays."""
        household = await forgetting.anonymise(
            household_id, reason=body.reason, communities=caller.communities, seen=version
        )
        return _shown(household)


def _reading(router: APIRouter, service: HouseholdService, sight: BranchSight) -> None:
    @router.get("", response_model=PageView[HouseholdView])
    async def list_households(
        caller: Looking,
        page: Paging,
        state: HouseholdState | None = None,
        expiring: bool = False,
    ) -> Response:
        """The households of the caller's communities, or of the branch that it answers for, newest
        first, without their circumstances.

        ``expiring``: those alone whose consent runs out soon.
        """
        found = await service.page(
            communities=caller.communities,
            state=state,
            expiring=expiring,
            bounds=await sight.where(onlooker_of_homes(caller), homes="_id"),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([HouseholdView.of(each) for each in found.items], found.next_cursor)

    @router.get("/records", response_model=PageView[CircumstancesView])
    async def export_households(caller: Exporting, page: Paging, purpose: Purpose) -> Response:
        """The households in full, newest first; each one shown is put on record first.

        As a table (``Accept: text/csv``) it may be changed and sent to ``/households/imports``.
        """
        found = await service.records(
            communities=caller.communities,
            by=caller.id,
            purpose=purpose,
            cursor=page.cursor,
            limit=page.limit,
            bounds=await sight.where(onlooker_of_homes(caller), homes="_id"),
        )
        return listing([CircumstancesView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{household_id}", response_model=CircumstancesView)
    async def read_household(household_id: PathId, purpose: Purpose, caller: Looking) -> Response:
        """One household in full; who read it, and for what, is put on record first."""
        household = await service.read(
            household_id, communities=caller.communities, by=caller.id, purpose=purpose
        )
        return answer(CircumstancesView.of(household), household.version)

    @router.get("/{household_id}/readings", response_model=PageView[ReadingView])
    async def list_readings(household_id: PathId, caller: Looking, page: Paging) -> Response:
        """The readings of this household's circumstances, newest first."""
        found = await service.readings(
            household_id, communities=caller.communities, cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{household_id}/story", response_model=StoryView)
    async def read_household_story(household_id: PathId, caller: Looking) -> Response:
        """Everything that happened to the record, oldest first; events tell no circumstances."""
        story = await service.story(household_id, communities=caller.communities)
        return answer(StoryView.of(story))


def _shown(household: Household) -> Response:
    return answer(HouseholdView.of(household), household.version)
