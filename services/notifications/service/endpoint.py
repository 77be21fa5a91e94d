"""What one can do with an endpoint: register it, pause it, try it out, let it go."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.notifications.domain import endpoint as domain
from services.notifications.domain.address import AddressRules, check_url
from services.notifications.domain.attempt import Attempt, Trigger
from services.notifications.domain.endpoint import (
    Endpoint,
    EndpointAction,
    EndpointState,
    SealedSecret,
    Whose,
    Wishes,
)
from services.notifications.domain.signature import SECRET_BYTES, secret_text
from services.notifications.service.book import EndpointBook
from services.notifications.service.ports import Vault
from services.notifications.service.sender import Sender, Sending
from shared.clock import Clock, new_id
from shared.envelope import Envelope, Origin, seal
from shared.errors import NotFound, Stale, WrongState
from shared.events import Event
from shared.events.notifications import EndpointTested
from shared.store import Page, Store, check_seen

SOURCE = "/linli/notifications"
STALE_TRIES_MAX = 5

Change = Callable[[Endpoint], tuple[Endpoint, list[Event]]]


@dataclass(frozen=True, slots=True)
class Target:
    """Which endpoint a caller means, in which communities, and the version decided on, if told."""

    id: str
    communities: Sequence[str]
    seen: int | None = None
    whose: Whose | None = None
    """Who answers for it; None: whoever."""


class EndpointService:
    """The endpoints of the communities."""

    def __init__(
        self,
        store: Store[Endpoint],
        book: EndpointBook,
        vault: Vault,
        sender: Sender,
        rules: AddressRules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._book = book
        self._vault = vault
        self._sender = sender
        self._rules = rules
        self._clock = clock

    async def register(self, community: str, wishes: Wishes) -> tuple[Endpoint, str]:
        """A new endpoint, and its secret as its receiver needs it.

        Errors: ``Invalid`` says what is wrong with the URL or a filter.
        """
        endpoint_id = new_id("whe")
        secret, shown = self._new_secret(endpoint_id)
        checked = replace(wishes, url=check_url(wishes.url, self._rules))
        endpoint, events = domain.register(
            id=endpoint_id, community=community, wishes=checked, secret=secret
        )
        return await self._save(endpoint, events), shown

    async def get(self, target: Target) -> Endpoint:
        """The endpoint; ``NotFound``."""
        return await self._found(target)

    async def page(
        self,
        communities: Sequence[str],
        *,
        state: EndpointState | None,
        whose: Whose | None = None,
        cursor: str | None,
        limit: int,
    ) -> Page[Endpoint]:
        """One page of them, newest first: those of one state, or all but the deleted."""
        states = [state] if state else [s for s in EndpointState if s is not EndpointState.DELETED]
        where: dict[str, Any] = {"state": {"$in": [each.value for each in states]}}
        if whose is not None:
            where["company"] = whose.company
        return await self._store.page(where, communities=communities, cursor=cursor, limit=limit)

    async def story(self, target: Target) -> list[Envelope]:
        """Everything that ever happened to the endpoint, oldest first."""
        await self._found(target)
        return await self._store.story(target.id, communities=target.communities)

    async def pause(self, target: Target) -> Endpoint:
        """Hold what is due."""
        return await self._change(target, domain.pause)

    async def resume(self, target: Target) -> Endpoint:
        """Go on, with what was held."""
        return await self._change(target, domain.resume)

    async def delete(self, target: Target) -> Endpoint:
        """Let it go for good."""
        return await self._change(target, domain.delete)

    async def rotate(self, target: Target, *, overlap_hours: int) -> tuple[Endpoint, str]:
        """Give it a new secret, shown here once; those before it hold for ``overlap_hours``."""
        secret, shown = self._new_secret(target.id)

        def rotate(endpoint: Endpoint) -> tuple[Endpoint, list[Event]]:
            return domain.rotate(
                endpoint, secret=secret, at=self._clock.now(), overlap_hours=overlap_hours
            )

        return await self._change(target, rotate), shown

    async def secret(self, endpoint_id: str, secret_id: str) -> str | None:
        """A secret again, for the caller whose first answer was lost; None if it is no more."""
        endpoint = await self._store.get(endpoint_id)
        for each in domain.live_secrets(endpoint, at=self._clock.now()):
            if each.id == secret_id:
                return secret_text(self._vault.open(each.sealed, place=endpoint_id))
        return None

    async def disable(self, endpoint_id: str, *, reason: str) -> None:
        """Stop it unasked; nothing happens if it takes nothing any more."""
        for attempt in range(1, STALE_TRIES_MAX + 1):
            endpoint = await self._store.get(endpoint_id)
            try:
                await self._save(*domain.disable(endpoint, reason=reason))
            except WrongState:
                return
            except Stale:
                if attempt == STALE_TRIES_MAX:
                    raise
            else:
                return

    async def test(self, target: Target) -> Attempt:
        """Post a signed test event to it, in whatever state, and say how that went."""
        endpoint = await self.get(target)
        domain.check(endpoint, EndpointAction.TEST)
        envelope = seal(
            EndpointTested(endpoint_id=endpoint.id),
            Origin(source=SOURCE, subject=endpoint.id, community=endpoint.community),
            event_id=new_id("evt"),
            time=self._clock.now(),
            sequence=endpoint.version,
        )
        sending = Sending(new_id("msg"), envelope.to_bytes(), Trigger.TEST)
        return await self._sender.send(endpoint, sending)

    async def _change(self, target: Target, change: Change) -> Endpoint:
        endpoint = await self._found(target)
        check_seen(endpoint, target.seen)
        return await self._save(*change(endpoint))

    async def _found(self, target: Target) -> Endpoint:
        """The endpoint; ``NotFound`` in the same words where it is somebody else's."""
        endpoint = await self._store.get(target.id, communities=target.communities)
        if target.whose is not None and not target.whose.holds(endpoint.company):
            raise NotFound("store.not_found", id=target.id)
        return endpoint

    async def _save(self, endpoint: Endpoint, events: list[Event]) -> Endpoint:
        saved = await self._store.save(endpoint, events)
        self._book.forget(saved.community)
        return saved

    def _new_secret(self, endpoint_id: str) -> tuple[SealedSecret, str]:
        secret = secrets.token_bytes(SECRET_BYTES)
        sealed = self._vault.seal(secret, place=endpoint_id)
        kept = SealedSecret(new_id("sec"), sealed, created_at=self._clock.now())
        return kept, secret_text(secret)
