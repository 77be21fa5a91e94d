"""Service types over HTTP: what can be asked for, in Chinese and English."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.requests.domain.service_type import (
    HandlerRule,
    ServiceType,
    SlaClass,
    Visibility,
)
from services.requests.domain.service_type_seed import SERVICE_TYPES
from shared.auth import Caller
from shared.web import View, listing, needs
from shared.web.forms import PageView

Reading = Annotated[Caller, Depends(needs("requests:request:read"))]


class NameView(View):
    """A name in both languages."""

    zh: str
    en: str


class ServiceTypeView(View):
    """One service type; ``visibility`` is what a request gets if its requester chooses none."""

    service_code: str
    name: NameView
    group: str
    sla_class: SlaClass
    handler: HandlerRule
    visibility: Visibility

    @classmethod
    def of(cls, kind: ServiceType) -> "ServiceTypeView":
        """The view of a service type."""
        return cls(
            service_code=kind.code,
            name=NameView(zh=kind.name_zh, en=kind.name_en),
            group=kind.group,
            sla_class=kind.sla_class,
            handler=kind.handler,
            visibility=kind.visibility,
        )


def router() -> APIRouter:
    """The route of service types."""
    views = [ServiceTypeView.of(kind) for kind in SERVICE_TYPES.values()]
    api = APIRouter(prefix="/api/requests/v1/service-types", tags=["service types"])

    @api.get("", response_model=PageView[ServiceTypeView])
    async def find(caller: Reading) -> Response:
        """All that can be asked for."""
        return listing(views, None)

    return api
