"""Decisions over HTTP: shown, carried out, evaluated."""

from fastapi import APIRouter, Depends, Response

from services.requests.api.council import (
    PROPOSALS,
    Evaluator,
    Manager,
    councillor_of,
    shown,
)
from services.requests.api.decision_forms import (
    MarkBody,
    MarkView,
    PublicationBody,
    TaskBody,
    TasksBody,
)
from services.requests.api.proposal_forms import ProposalView
from services.requests.service.decision import DecisionService
from shared.web import Once, answer
from shared.web.forms import PathId, Version
from shared.web.once import Lookup

USUAL_SHOW = PublicationBody()


class DecisionRoutes:
    """One method for each route."""

    def __init__(self, service: DecisionService) -> None:
        self._service = service

    async def publicise(
        self,
        proposal_id: PathId,
        caller: Manager,
        version: Version,
        body: PublicationBody = USUAL_SHOW,
    ) -> Response:
        """Put an adopted proposal on public show (公示), for seven days unless told otherwise."""
        return shown(
            await self._service.publicise(
                proposal_id, councillor_of(caller), seen=version, days=body.days
            )
        )

    async def implement(
        self, proposal_id: PathId, caller: Manager, version: Version, body: TasksBody
    ) -> Response:
        """Carry it out (落实), once it was on show: each task becomes a request."""
        drafts = [task.draft() for task in body.tasks]
        return shown(
            await self._service.implement(
                proposal_id, councillor_of(caller), seen=version, drafts=drafts
            )
        )

    async def set_task(
        self, proposal_id: PathId, caller: Manager, version: Version, body: TaskBody
    ) -> Response:
        """One more task, for instance in place of one that could not be done."""
        return shown(
            await self._service.set_task(
                proposal_id, councillor_of(caller), seen=version, draft=body.draft()
            )
        )

    async def finish(self, proposal_id: PathId, caller: Manager, version: Version) -> Response:
        """End it (办结) although not every task was done; of itself it ends with the last one."""
        return shown(await self._service.finish(proposal_id, councillor_of(caller), seen=version))

    async def mark(self, proposal_id: PathId, caller: Evaluator, body: MarkBody) -> Response:
        """Say what one makes of it (居民评议); a later mark takes an earlier one's place."""
        score = await self._service.mark(proposal_id, councillor_of(caller), body.score)
        return answer(MarkView(score=score))

    async def evaluate(self, proposal_id: PathId, caller: Manager, version: Version) -> Response:
        """Close the evaluation and show its counts."""
        return shown(await self._service.evaluate(proposal_id, councillor_of(caller), seen=version))


def router(service: DecisionService, answered: Lookup) -> APIRouter:
    """The routes of decisions; ``answered`` as for ``Once``."""
    routes = DecisionRoutes(service)
    api = APIRouter(prefix=f"{PROPOSALS}/{{proposal_id}}", tags=["decisions"])
    api.put("/evaluations/mine", response_model=MarkView)(routes.mark)
    changing = Depends(Once(answered, ProposalView.of))
    for action, change in (
        ("publication", routes.publicise),
        ("implementation", routes.implement),
        ("tasks", routes.set_task),
        ("completion", routes.finish),
        ("evaluation", routes.evaluate),
    ):
        api.add_api_route(
            f"/{action}",
            change,
            methods=["POST"],
            response_model=ProposalView,
            dependencies=[changing],
        )
    return api
