"""A message that is ready to be sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiormq

from shared.envelope import CONTENT_TYPE

PERSISTENT = 2


@dataclass(frozen=True, slots=True)
class Parcel:
    """Bytes ready to be sent and what RabbitMQ is told about them."""

    message_id: str
    type: str
    time: datetime
    body: bytes
    headers: dict[str, Any] = field(default_factory=dict)

    def properties(self) -> aiormq.spec.Basic.Properties:
        """The same in the library's words; persistent."""
        return aiormq.spec.Basic.Properties(
            message_id=self.message_id,
            message_type=self.type,
            timestamp=self.time,
            content_type=CONTENT_TYPE,
            delivery_mode=PERSISTENT,
            headers=self.headers,
        )
