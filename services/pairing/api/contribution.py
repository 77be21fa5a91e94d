"""Contributions over HTTP: members submit theirs, their branch confirms or returns them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.pairing.api.forms import PREFIX, branch_of, oneself, onlooker_of_records
from services.pairing.domain.care_task import MINUTES_MAX
from services.pairing.domain.contribution import Contribution, ContributionState, ReturnReason
from services.pairing.domain.points import RULES, ContributionKind, PointsRule
from services.pairing.service.contribution import ContributionService
from shared.auth import Caller
from shared.web import Body, Once, View, answer, listing, needs
from shared.web.forms import Note, PageView, Paging, PathId, Version
from shared.web.once import Lookup
from shared.web.story import StoryView

Looking = Annotated[Caller, Depends(needs("pairing:contribution:read"))]
Submitting = Annotated[Caller, Depends(needs("pairing:contribution:submit"))]
Confirming = Annotated[Caller, Depends(needs("pairing:contribution:confirm"))]


class SubmissionBody(Body):
    """Nothing, or the time as it should be."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)] | None = None


class ReturnBody(Body):
    """Why, and what the member should know besides."""

    reason: ReturnReason
    note: Note | None = None


class ContributionView(View):
    """A record of what a member did."""

    id: str
    community: str
    version: int
    state: ContributionState
    member_id: str
    branch_id: str
    kind: ContributionKind
    done_at: datetime
    minutes: int
    care_task_id: str | None
    return_reason: ReturnReason | None
    return_note: str | None
    points: int | None
    rule_version: int | None

    @classmethod
    def of(cls, contribution: Contribution) -> "ContributionView":
        """The view of a record."""
        return cls.model_validate(contribution, from_attributes=True)


class PointsRuleView(View):
    """A rule: points per hour by kind, for acts done from ``since`` on."""

    version: int
    since: datetime
    per_hour: dict[ContributionKind, int]

    @classmethod
    def of(cls, rule: PointsRule) -> "PointsRuleView":
        """The view of a rule."""
        return cls(version=rule.version, since=rule.since, per_hour=dict(rule.per_hour))


def router(service: ContributionService, answered: Lookup) -> APIRouter:
    """The routes of contributions, and the rules by which they earn points."""
    router = APIRouter(prefix=PREFIX, tags=["contributions"])
    _reading(router, service)
    _submitting(router, service, answered)
    _judging(router, service, answered)
    return router


def _reading(router: APIRouter, service: ContributionService) -> None:
    @router.get("/points-rules", response_model=PageView[PointsRuleView])
    async def list_points_rules(_: Looking) -> Response:
        """All rules that ever held, oldest first."""
        return listing([PointsRuleView.of(rule) for rule in RULES], None)

    @router.get("/contributions", response_model=PageView[ContributionView])
    async def list_contributions(
        caller: Looking, page: Paging, state: ContributionState | None = None
    ) -> Response:
        """Records, newest first: members see theirs, a branch its members', staff all."""
        found = await service.page(
            onlooker_of_records(caller), state=state, cursor=page.cursor, limit=page.limit
        )
        return listing([ContributionView.of(each) for each in found.items], found.next_cursor)

    @router.get("/contributions/{contribution_id}", response_model=ContributionView)
    async def read_contribution(contribution_id: PathId, caller: Looking) -> Response:
        """One record."""
        return _shown(await service.get(contribution_id, onlooker_of_records(caller)))

    @router.get("/contributions/{contribution_id}/story", response_model=StoryView)
    async def read_contribution_story(contribution_id: PathId, caller: Looking) -> Response:
        """Everything that happened to it, oldest first."""
        story = await service.story(contribution_id, onlooker_of_records(caller))
        return answer(StoryView.of(story))


def _submitting(router: APIRouter, service: ContributionService, answered: Lookup) -> None:
    once = [Depends(Once(answered, ContributionView.of))]
    path = "/contributions/{contribution_id}/submission"

    @router.post(path, response_model=ContributionView, dependencies=once)
    async def submit_contribution(
        contribution_id: PathId,
        caller: Submitting,
        version: Version,
        body: SubmissionBody | None = None,
    ) -> Response:
        """Put one's own record before the branch."""
        minutes = None if body is None else body.minutes
        submitted = await service.submit(
            contribution_id, oneself(caller), minutes=minutes, seen=version
        )
        return _shown(submitted)


def _judging(router: APIRouter, service: ContributionService, answered: Lookup) -> None:
    once = [Depends(Once(answered, ContributionView.of))]
    path = "/contributions/{contribution_id}"

    @router.post(f"{path}/confirmation", response_model=ContributionView, dependencies=once)
    async def confirm_contribution(
        contribution_id: PathId, caller: Confirming, version: Version
    ) -> Response:
        """Confirm a record of one's branch that is not one's own: its points count."""
        confirmed = await service.confirm(
            contribution_id, branch_of(caller), by=caller.id, seen=version
        )
        return _shown(confirmed)

    @router.post(f"{path}/return", response_model=ContributionView, dependencies=once)
    async def return_contribution(
        contribution_id: PathId, body: ReturnBody, caller: Confirming, version: Version
    ) -> Response:
        """Give a record of one's branch back for correction."""
        returned = await service.give_back(
            contribution_id,
            branch_of(caller),
            by=caller.id,
            reason=body.reason,
            note=body.note,
            seen=version,
        )
        return _shown(returned)


def _shown(contribution: Contribution) -> Response:
    return answer(ContributionView.of(contribution), contribution.version)
