"""Contributions over HTTP: members tell and submit theirs, their branch answers for them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.pairing.api.contribution_forms import (
    ConfirmationsBody,
    ConfirmationsView,
    ContributionInWordsView,
    ContributionView,
    ReportBody,
    ReturnBody,
    SubmissionBody,
)
from services.pairing.api.forms import PREFIX, branch_of, oneself, onlooker_of_records
from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.deed import Correction
from services.pairing.domain.points import ContributionKind
from services.pairing.service.contribution import ContributionService, Target, Wanted
from services.pairing.service.onlooker import Onlooker
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.exchange import lang_for
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:contribution:read"))]
Submitting = Annotated[Caller, Depends(needs("pairing:contribution:submit"))]
Confirming = Annotated[Caller, Depends(needs("pairing:contribution:confirm"))]
Revoking = Annotated[Caller, Depends(needs("pairing:contribution:revoke"))]

ONE = "/contributions/{contribution_id}"


def router(service: ContributionService, answered: Lookup) -> APIRouter:
    """The routes of contributions."""
    router = APIRouter(prefix=PREFIX, tags=["contributions"])
    _reading(router, service)
    _telling(router, service, answered)
    _judging(router, service, answered)
    _revoking(router, service, answered)
    return router


def _reading(router: APIRouter, service: ContributionService) -> None:
    @router.get("/contributions", response_model=PageView[ContributionView])
    async def list_contributions(
        caller: Looking,
        page: Paging,
        state: ContributionState | None = None,
        kind: ContributionKind | None = None,
        member_id: QueryId = None,
    ) -> Response:
        """Records, newest first, without what was written: one's own, a branch's, or all."""
        found = await service.page(
            onlooker_of_records(caller),
            Wanted(state, kind, member_id),
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([ContributionView.of(each) for each in found.items], found.next_cursor)

    @router.get(ONE, response_model=ContributionInWordsView)
    async def read_contribution(contribution_id: PathId, caller: Looking) -> Response:
        """One record."""
        found = await service.get(contribution_id, onlooker_of_records(caller))
        return answer(ContributionInWordsView.of(found), found.version)

    @router.get(f"{ONE}/story", response_model=StoryView)
    async def read_contribution_story(contribution_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(contribution_id, onlooker_of_records(caller))
        return answer(StoryView.of(story))


def _telling(router: APIRouter, service: ContributionService, answered: Lookup) -> None:
    told = [Depends(Once(answered, ContributionView.of, status=201))]
    once = [Depends(Once(answered, ContributionView.of))]

    @router.post(
        "/contributions", status_code=201, response_model=ContributionView, dependencies=told
    )
    async def report_contribution(body: ReportBody, caller: Submitting) -> Response:
        """Tell what one did oneself, or as branch or staff what a member did."""
        onlooker = onlooker_of_records(caller)
        if body.member_id is None:
            community = caller.one_community(body.community)
            onlooker = Onlooker((community,), person_id=caller.id)
        record = await service.report(onlooker, body.deed(), by=caller.id, member_id=body.member_id)
        location = f"{PREFIX}/contributions/{record.id}"
        return answer(ContributionView.of(record), record.version, 201, location)

    @router.post(f"{ONE}/submission", response_model=ContributionView, dependencies=once)
    async def submit_contribution(
        contribution_id: PathId,
        caller: Submitting,
        version: Version,
        body: SubmissionBody | None = None,
    ) -> Response:
        """Put one's own record before the branch."""
        correction = Correction() if body is None else body.correction()
        target = Target(contribution_id, oneself(caller), version)
        return _shown(await service.submit(target, correction))


def _judging(router: APIRouter, service: ContributionService, answered: Lookup) -> None:
    once = [Depends(Once(answered, ContributionView.of))]

    @router.post(f"{ONE}/confirmation", response_model=ContributionView, dependencies=once)
    async def confirm_contribution(
        contribution_id: PathId, caller: Confirming, version: Version
    ) -> Response:
        """Confirm a record of one's branch that is not one's own: its points count."""
        target = Target(contribution_id, branch_of(caller), version)
        return _shown(await service.confirm(target, by=caller.id))

    @router.post("/contributions/confirmations", response_model=ConfirmationsView)
    async def confirm_contributions(
        body: ConfirmationsBody, caller: Confirming, request: Request
    ) -> Response:
        """Confirm up to 100 records of one's branch; one that is refused hinders no other."""
        outcomes = await service.confirm_all(body.targets(branch_of(caller)), by=caller.id)
        return answer(ConfirmationsView.of(outcomes, lang_for(request)))

    @router.post(f"{ONE}/return", response_model=ContributionView, dependencies=once)
    async def return_contribution(
        contribution_id: PathId, body: ReturnBody, caller: Confirming, version: Version
    ) -> Response:
        """Give a record of one's branch back for correction."""
        target = Target(contribution_id, branch_of(caller), version)
        returned = await service.give_back(target, by=caller.id, reason=body.reason, note=body.note)
        return _shown(returned)


def _revoking(router: APIRouter, service: ContributionService, answered: Lookup) -> None:
    once = [Depends(Once(answered, ContributionView.of))]

    @router.post(f"{ONE}/question", response_model=ContributionView, dependencies=once)
    async def question_contribution(
        contribution_id: PathId, body: ReturnBody, caller: Revoking, version: Version
    ) -> Response:
        """Ask for a confirmed record to be revoked: it counts until another person agrees."""
        target = Target(contribution_id, onlooker_of_records(caller), version)
        questioned = await service.question(
            target, by=caller.id, reason=body.reason, note=body.note
        )
        return _shown(questioned)

    @router.delete(f"{ONE}/question", response_model=ContributionView)
    async def uphold_contribution(
        contribution_id: PathId, caller: Revoking, version: Version
    ) -> Response:
        """Drop the question: the record stays confirmed."""
        target = Target(contribution_id, onlooker_of_records(caller), version)
        return _shown(await service.uphold(target, by=caller.id))

    @router.post(f"{ONE}/revocation", response_model=ContributionView, dependencies=once)
    async def revoke_contribution(
        contribution_id: PathId, caller: Revoking, version: Version
    ) -> Response:
        """Agree, as another person than who asked: the record counts no more."""
        target = Target(contribution_id, onlooker_of_records(caller), version)
        return _shown(await service.revoke(target, by=caller.id))


def _shown(contribution: Contribution) -> Response:
    return answer(ContributionView.of(contribution), contribution.version)
