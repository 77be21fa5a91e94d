"""What the notifications service can be told: ``NOTIFICATIONS_X``, else ``LINLI_X``."""

from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from services.notifications.domain.address import AddressRules, networks
from services.notifications.domain.delivery import ATTEMPT_SECONDS_MAX, LEASE
from shared.sealing import read_keys
from shared.settings import CommonSettings, NetworkList, settings_for

LEASE_MARGIN_SECONDS = 1


class Settings(CommonSettings):
    """The common settings, and those of sending. Units are in the names; lists have commas."""

    model_config = settings_for("notifications")

    secret_key: str = Field(default="", repr=False, validate_default=True)
    """Keys that seal signing secrets, as in ``shared.sealing.read_keys``."""
    allow_http: bool = False
    allow_private_cidrs: NetworkList = ""
    """Address ranges that may be posted to although they are not public, on any port."""
    allow_ports: str = Field(default="443,8443", pattern=r"^\d{1,5}(,\d{1,5}){0,19}$")
    """Ports that may be posted to at public addresses; with ``allow_http`` 80 is one of them."""

    in_flight_max: int = Field(default=200, ge=1, le=5000)
    in_flight_per_endpoint_max: int = Field(default=2, ge=1, le=32)
    attempt_seconds: float = Field(default=ATTEMPT_SECONDS_MAX, gt=0, le=ATTEMPT_SECONDS_MAX)
    lease_seconds: float = Field(default=LEASE.total_seconds(), gt=0, le=3600)
    """How long a worker's claim holds: when it has died, another takes over after this."""
    poll_seconds: float = Field(default=0.5, gt=0, le=60)
    """How often each worker looks for what is due that no bell told it of."""
    retention_days: int = Field(default=90, ge=7, le=3650)
    """How long messages, deliveries and attempts are kept."""

    @field_validator("secret_key")
    @classmethod
    def _of_keys(cls, value: str) -> str:
        read_keys(value)
        return value

    @model_validator(mode="after")
    def _leases_outlast_attempts(self) -> Self:
        if self.lease_seconds < self.attempt_seconds + LEASE_MARGIN_SECONDS:
            raise PydanticCustomError("setting_lease", "lease_seconds is less than an attempt")
        return self

    def sealing_keys(self) -> dict[str, bytes]:
        """The keys by id, the one that seals first."""
        return read_keys(self.secret_key)

    def address_rules(self) -> AddressRules:
        """Where web hooks may go."""
        return AddressRules(
            private=networks(_parts(self.allow_private_cidrs)),
            ports=frozenset(int(port) for port in self.allow_ports.split(",")),
            http=self.allow_http,
        )


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]
