"""Handling a request over HTTP, beyond its straight way: wait, pass on, set right."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.api.handling_forms import (
    CorrectionBody,
    HoldBody,
    ReferralBody,
    WhyBody,
)
from services.requests.api.request import PREFIX, Handler, reader_of, shown
from services.requests.api.request_forms import AssignmentBody, RequestView
from services.requests.domain.assignment import Referral
from services.requests.domain.permission import RULES
from services.requests.domain.request import Action
from services.requests.service.handling import HandlingService, Why
from services.requests.service.permission import Target
from shared.auth import Caller
from shared.web import Once, needs
from shared.web.forms import PathId, Version
from shared.web.once import Lookup

Corrector = Annotated[Caller, Depends(needs(RULES[Action.CORRECT].scope))]


async def _handled(request_id: PathId, caller: Handler, version: Version) -> Target:
    return Target(request_id, reader_of(caller), version)


async def _corrected(request_id: PathId, caller: Corrector, version: Version) -> Target:
    return Target(request_id, reader_of(caller), version)


Handled = Annotated[Target, Depends(_handled)]
Corrected = Annotated[Target, Depends(_corrected)]


class HandlingRoutes:
    """One method for each route."""

    def __init__(self, service: HandlingService) -> None:
        self._service = service

    async def hold(self, target: Handled, body: HoldBody) -> Response:
        """Let it wait (挂起): its clocks stand still, and it goes on by itself at ``until``."""
        return shown(
            await self._service.hold(target, reason=body.reason, until=body.until, note=body.note)
        )

    async def resume(self, target: Handled) -> Response:
        """Go on with it: its clocks run again."""
        return shown(await self._service.resume(target))

    async def refer(self, target: Handled, body: ReferralBody) -> Response:
        """Hand it to somebody outside (转办), under the number that it bears there."""
        referral = Referral(body.to, body.number, body.note)
        return shown(await self._service.refer(target, referral=referral))

    async def hand_over(self, target: Handled, body: AssignmentBody) -> Response:
        """Give what is under way to another unit, which leads from now on (转交牵头)."""
        return shown(await self._service.hand_over(target, unit=body.unit))

    async def assist(self, target: Handled, body: AssignmentBody) -> Response:
        """Have one more unit help the one that leads (协办)."""
        return shown(await self._service.assist(target, unit=body.unit))

    async def contact(self, target: Handled) -> Response:
        """Note that the requester was spoken to; the first time is the one that counts."""
        return shown(await self._service.contact(target))

    async def correct(self, target: Corrected, body: CorrectionBody) -> Response:
        """Set right what was entered wrongly, in whatever state it is; logged, with the reason."""
        why = Why(body.reason, body.note)
        return shown(await self._service.correct(target, fields=body.fields_given(), why=why))

    async def reinstate(self, target: Corrected, body: WhyBody) -> Response:
        """Take up again what had ended by mistake: it waits for the dispatcher; logged."""
        return shown(await self._service.reinstate(target, why=Why(body.reason, body.note)))


def router(service: HandlingService, answered: Lookup) -> APIRouter:
    """The routes of handling; ``answered`` as for ``Once``."""
    routes = HandlingRoutes(service)
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}", tags=["requests"])
    once = Depends(Once(answered, RequestView.of))
    for action, change in (
        ("hold", routes.hold),
        ("resumption", routes.resume),
        ("referral", routes.refer),
        ("lead", routes.hand_over),
        ("assistance", routes.assist),
        ("first-contact", routes.contact),
        ("correction", routes.correct),
        ("reinstatement", routes.reinstate),
    ):
        api.add_api_route(
            f"/{action}",
            change,
            methods=["POST"],
            response_model=RequestView,
            dependencies=[once],
        )
    return api
