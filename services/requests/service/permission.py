"""Changing a request on somebody's behalf: seen first, then allowed, then decided and saved."""

from collections.abc import Callable
from dataclasses import dataclass

from services.requests.domain.permission import must
from services.requests.domain.reader import Reader
from services.requests.domain.request import Action, Decided, ServiceRequest
from services.requests.service.reading import readable
from shared.deciding import changed
from shared.store import Store


@dataclass(frozen=True, slots=True)
class Target:
    """One request, who wants to change it, and the version decided on, if told."""

    request_id: str
    reader: Reader
    seen: int | None = None


async def permitted(
    store: Store[ServiceRequest],
    target: Target,
    action: Action,
    decide: Callable[[ServiceRequest], Decided],
) -> ServiceRequest:
    """The request as saved.

    ``NotFound`` for one that the reader may not see, which is settled before its version is spoken
    of; ``Stale`` if ``seen`` has moved on; ``NotAllowed`` for what is not the reader's to do;
    ``Unavailable``, and what ``decide`` raises.
    """

    async def load() -> ServiceRequest:
        return await readable(store, target.request_id, target.reader)

    def allowed(request: ServiceRequest) -> Decided:
        must(target.reader, action, request)
        return decide(request)

    return await changed(store, load, allowed, seen=target.seen)
