"""How endpoints, deliveries and attempts look to a caller."""

from datetime import datetime

from services.notifications.domain.attempt import Attempt, Result, Trigger
from services.notifications.domain.delivery import Delivery, Status
from services.notifications.domain.endpoint import Endpoint, EndpointState, SealedSecret
from shared.web import View


class SecretView(View):
    """A signing secret without the secret: it is shown once, when it is made."""

    id: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, secret: SealedSecret) -> "SecretView":
        """As the caller sees it."""
        return cls(id=secret.id, created_at=secret.created_at, expires_at=secret.expires_at)


class EndpointView(View):
    """An endpoint. ``secrets``: newest first."""

    id: str
    community: str
    version: int
    state: EndpointState
    state_reason: str | None
    url: str
    description: str
    event_types: list[str]
    ordered: bool
    company: str | None
    secrets: list[SecretView]

    @classmethod
    def of(cls, endpoint: Endpoint) -> "EndpointView":
        """As the caller sees it."""
        return cls(
            id=endpoint.id,
            community=endpoint.community,
            version=endpoint.version,
            state=endpoint.state,
            state_reason=endpoint.state_reason,
            url=endpoint.url,
            description=endpoint.description,
            event_types=list(endpoint.event_types),
            ordered=endpoint.ordered,
            company=endpoint.company,
            secrets=[SecretView.of(secret) for secret in endpoint.secrets],
        )


class FreshEndpointView(EndpointView):
    """An endpoint with the secret that was just made; null if it has been replaced since."""

    secret: str | None

    @classmethod
    def showing(cls, endpoint: Endpoint, secret: str) -> "FreshEndpointView":
        """As its owner sees it once."""
        return cls(**EndpointView.of(endpoint).model_dump(), secret=secret)


class AttemptView(View):
    """One attempt; times in milliseconds, ``response_body`` 16 KB at most."""

    n: int
    trigger: Trigger
    started_at: datetime
    result: Result
    code: int | None
    retry_after_seconds: int | None
    total_ms: float
    dns_ms: float | None
    connect_ms: float | None
    first_byte_ms: float | None
    message_id: str
    request_headers: dict[str, str]
    response_headers: dict[str, str]
    response_body: str
    truncated: bool

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptView":
        """As the caller sees it."""
        exchange, timings = attempt.exchange, attempt.exchange.timings
        return cls(
            n=attempt.n,
            trigger=attempt.trigger,
            started_at=attempt.started_at,
            result=exchange.result,
            code=exchange.code,
            retry_after_seconds=exchange.retry_after_seconds,
            total_ms=timings.total_ms,
            dns_ms=timings.dns_ms,
            connect_ms=timings.connect_ms,
            first_byte_ms=timings.first_byte_ms,
            message_id=attempt.message_id,
            request_headers=attempt.request_headers,
            response_headers=exchange.response_headers,
            response_body=exchange.response_body,
            truncated=exchange.truncated,
        )


class DeliveryView(View):
    """A delivery. ``charged``: rungs used in this cycle; ``tried``: attempts ever begun."""

    id: str
    community: str
    endpoint_id: str
    message_id: str
    event_type: str
    status: Status
    charged: int
    tried: int
    cycle: int
    next_at: datetime | None
    last_code: int | None
    last_result: Result | None
    ordering_key: str | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryView":
        """As the caller sees it; the end of a lease is nobody else's business."""
        in_flight = delivery.status is Status.IN_FLIGHT
        return cls(
            id=delivery.id,
            community=delivery.community,
            endpoint_id=delivery.endpoint_id,
            message_id=delivery.message_id,
            event_type=delivery.event_type,
            status=delivery.status,
            charged=delivery.charged,
            tried=delivery.tried,
            cycle=delivery.cycle,
            next_at=None if in_flight else delivery.next_at,
            last_code=delivery.last_code,
            last_result=delivery.last_result,
            ordering_key=delivery.ordering_key,
            created_at=delivery.created_at,
            finished_at=delivery.finished_at,
        )


class DeliveryWithAttemptsView(DeliveryView):
    """A delivery and all that was tried, oldest first."""

    attempts: list[AttemptView]

    @classmethod
    def of_all(cls, delivery: Delivery, attempts: list[Attempt]) -> "DeliveryWithAttemptsView":
        """As the caller sees it."""
        tried = [AttemptView.of(attempt) for attempt in attempts]
        return cls(**DeliveryView.of(delivery).model_dump(), attempts=tried)
