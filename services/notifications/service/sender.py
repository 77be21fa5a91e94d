"""Sign what is to be sent, have it posted, and note how that went."""

from dataclasses import dataclass

from services.notifications.domain.attempt import Attempt, Exchange, Result, Trigger
from services.notifications.domain.endpoint import Endpoint, live_secrets
from services.notifications.domain.signature import headers
from services.notifications.service.ports import Post, Vault
from shared.clock import Clock, new_id
from shared.envelope import CONTENT_TYPE
from shared.errors import LinliError


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent in one attempt: number ``n`` of a delivery, or of none if it is a test."""

    message_id: str
    body: bytes
    trigger: Trigger
    delivery_id: str | None = None
    n: int = 1


class Sender:
    """Makes one attempt at one endpoint, with a signature of this very moment."""

    def __init__(self, vault: Vault, post: Post, clock: Clock) -> None:
        self._vault = vault
        self._post = post
        self._clock = clock

    async def send(self, endpoint: Endpoint, sending: Sending) -> Attempt:
        """The attempt and what came of it; a secret that cannot be opened is a fault of our own."""
        started_at = self._clock.now()
        signed: dict[str, str] = {}
        try:
            signed = headers(
                [
                    self._vault.open(secret.sealed, place=endpoint.id)
                    for secret in live_secrets(endpoint, at=started_at)
                ],
                message_id=sending.message_id,
                timestamp=int(started_at.timestamp()),
                body=sending.body,
            )
        except LinliError:
            exchange = Exchange(Result.OWN_FAULT)
        else:
            sent = {**signed, "content-type": CONTENT_TYPE}
            exchange = await self._post(endpoint.url, sent, sending.body)
        return Attempt(
            id=new_id("att"),
            community=endpoint.community,
            endpoint_id=endpoint.id,
            delivery_id=sending.delivery_id,
            message_id=sending.message_id,
            n=sending.n,
            trigger=sending.trigger,
            started_at=started_at,
            request_headers=signed,
            exchange=exchange,
        )
