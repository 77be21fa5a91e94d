"""What the notifications service tells: how the web-hook endpoints of its communities fare.

No address and no secret is told: who must know them asks the service.
"""

from typing import ClassVar

from shared.events.base import Event


class EndpointRegistered(Event):
    """A community gave an address to which its events are posted from now on."""

    type: ClassVar[str] = "notifications.endpoint.registered.v1"

    endpoint_id: str


class EndpointPaused(Event):
    """Somebody paused the endpoint: what is due to it is held."""

    type: ClassVar[str] = "notifications.endpoint.paused.v1"

    endpoint_id: str


class EndpointResumed(Event):
    """Somebody set the endpoint going again: what was held is due at once."""

    type: ClassVar[str] = "notifications.endpoint.resumed.v1"

    endpoint_id: str


class EndpointDisabled(Event):
    """The endpoint was disabled with nobody asking; ``reason`` is a code, such as ``gone``."""

    type: ClassVar[str] = "notifications.endpoint.disabled.v1"

    endpoint_id: str
    reason: str


class EndpointSecretRotated(Event):
    """The endpoint has a new signing secret; the one before it holds for a while longer."""

    type: ClassVar[str] = "notifications.endpoint.secret_rotated.v1"

    endpoint_id: str
    secret_id: str


class EndpointDeleted(Event):
    """The endpoint is no more: nothing is posted to it, and what was due is cancelled."""

    type: ClassVar[str] = "notifications.endpoint.deleted.v1"

    endpoint_id: str


class EndpointTested(Event):
    """Posted to the endpoint alone when somebody tries it out; it never travels on the bus."""

    type: ClassVar[str] = "notifications.endpoint.tested.v1"

    endpoint_id: str
