"""What every service can be told from outside: ``<SERVICE>_X``, else ``LINLI_X``, each also as
``..._FILE``.

``REQUESTS_MONGO_URL_FILE=/run/secrets/url`` reads the value from that file, stripped. A bad
setting is named with its reason and never with its value: what is set here may be a secret.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

COMMON_PREFIX = "LINLI_"


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One thing wrong with one setting: its variable, the kind of fault, and why in English."""

    variable: str
    kind: str
    why: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class BadSettings(Exception):
    """The settings cannot be used; ``faults`` says of each why, and never what it held."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.variable}: {fault.why}" for fault in faults))
        self.faults = faults


def settings_for(service: str) -> SettingsConfigDict:
    """The ``model_config`` of a service's settings."""
    return SettingsConfigDict(
        env_prefix=f"{service.upper()}_", extra="forbid", frozen=True, hide_input_in_errors=True
    )


def _must_be_set(value: str) -> str:
    if not value:
        raise PydanticCustomError("setting_missing", "not set")
    return value


def is_broker_url(value: str) -> bool:
    """Whether it is an address of RabbitMQ's: ``amqp://`` or ``amqps://``, escaped as due."""
    try:
        parts = urlsplit(value)
        return parts.scheme in ("amqp", "amqps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _must_be_of_the_broker(value: str) -> str:
    if not is_broker_url(value):
        raise PydanticCustomError("setting_broker_url", "not an address amqp:// or amqps://")
    return value


def _must_be_networks(value: str) -> str:
    try:
        for part in value.split(","):
            if part.strip():
                ip_network(part.strip())
    except ValueError:
        raise PydanticCustomError("setting_networks", "not address ranges") from None
    return value


Needed = Annotated[str, AfterValidator(_must_be_set)]
"""A text without which the service cannot run."""
BrokerUrl = Annotated[Needed, AfterValidator(_must_be_of_the_broker)]
NetworkList = Annotated[str, Field(max_length=1000), AfterValidator(_must_be_networks)]
"""Addresses and address ranges, with commas between."""


class CommonSettings(BaseSettings):
    """What all four services share. Units are in the names."""

    model_config = settings_for("linli")

    mongo_url: Needed = Field(default="", repr=False, validate_default=True)
    amqp_url: BrokerUrl = Field(default="", repr=False, validate_default=True)
    database: str = Field(default="", max_length=63, pattern=r"^[a-z0-9_-]*$")
    """The database of the service; its own name if not set."""
    prefetch: int = Field(default=400, ge=1, le=1000)
    """Messages in flight per queue."""

    jwks_file: Path | None = None
    jwks_url: str | None = Field(default=None, pattern=r"^https?://")
    issuer: str = Field(default="linli", min_length=1)
    """The ``iss`` of tokens; an http(s) address without ``jwks_*`` is asked for its keys (OIDC
    discovery)."""
    audience: str = Field(default="linli", min_length=1)
    api_key_pepper: str = Field(default="", repr=False)
    """Keys the digests of API keys at rest; at least 32 characters where a service takes API
    keys."""
    environment: str = Field(default="dev", pattern=r"^[a-z0-9]{1,12}$")
    """Part of every API key, so that a key of one environment is refused in another without a
    look-up."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    access_log: bool = True
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://")
    """Where traces go (OTLP over HTTP); none, and no trace leaves the process."""
    trace_ratio: float = Field(default=1.0, ge=0, le=1)

    trusted_proxies: NetworkList = ""
    """Proxies whose ``X-Forwarded-For`` is believed; none: a caller's address is its connection's.
    Where API keys are bound to networks, such a header of anybody else's would open them."""
    body_bytes_max: int = Field(default=256 * 1024, ge=1024, le=16 * 1024 * 1024)
    rate_per_second: float = Field(default=200, ge=0)
    """Requests that one caller may send per second; 0 sets no limit."""
    rate_burst: int = Field(default=400, ge=1)
    company_rate_per_second: float | None = Field(default=None, ge=0)
    """What a property company's keys and people may send together; 0 sets no limit. Twice what one
    caller may, if not told, as the burst is."""
    company_rate_burst: int | None = Field(default=None, ge=1)
    open_rate_per_second: float = Field(default=5, ge=0)
    """Of guests from one address at one open door, in light calls; 0 sets no limit."""
    open_rate_burst: int = Field(default=100, ge=20)
    """Many homes may share one address; no door costs more than 20 light calls."""
    ready_seconds: float = Field(default=2, gt=0, le=30)
    """How long readiness waits for store and broker together."""
    drain_seconds: float = Field(default=15, gt=0, le=300)
    """How long a stopping service waits for what it has begun."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise BadSettings(_faults(type(self), error)) from None

    @field_validator("*", mode="before")
    @classmethod
    def _unreadable(cls, value: Any) -> Any:
        if isinstance(value, _Fault):
            raise PydanticCustomError("setting_unreadable", "{why}", {"why": value.why})
        return value

    @model_validator(mode="before")
    @classmethod
    def _named_after_the_service(cls, values: dict[str, Any]) -> dict[str, Any]:
        name = str(cls.model_config.get("env_prefix", "")).rstrip("_").lower()
        return values if values.get("database") else {**values, "database": name}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment; no dotenv file and no secrets folder of
        pydantic's own."""
        return init_settings, _Environment(settings_cls)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Stands for a value that could not be read, so that one validation names all faults."""

    why: str


class _Environment(PydanticBaseSettingsSource):
    """Reads the service's own variable, else the common one; each directly or from a file."""

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, info in self.settings_cls.model_fields.items():
            value, _, complex_ = self.get_field_value(info, name)
            if value is not None:
                found[name] = _decoded(value) if complex_ else value
        return found

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        for variable in variables(self.settings_cls, field_name):
            value = _told(variable)
            if value is not None:
                return value, field_name, self.field_is_complex(field)
        return None, field_name, False


def _told(variable: str) -> "str | _Fault | None":
    """What a variable says, directly or by its file; an empty one says nothing."""
    direct, file = (os.environ.get(name) or None for name in (variable, f"{variable}_FILE"))
    if direct is not None and file is not None:
        return _Fault(f"{variable} and {variable}_FILE are both set")
    return _contents(f"{variable}_FILE", Path(file)) if file is not None else direct


def variables(settings: type[BaseSettings], field_name: str) -> tuple[str, ...]:
    """The variables that a field is read from, the first that is set wins."""
    own = str(settings.model_config.get("env_prefix", ""))
    prefixes = dict.fromkeys((own, COMMON_PREFIX))
    return tuple(f"{prefix}{field_name}".upper() for prefix in prefixes)


def _contents(variable: str, path: Path) -> str | _Fault:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        return _Fault(f"{variable}: the file cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        return _Fault(f"{variable}: the file is not UTF-8 text")


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return _Fault("not JSON")


def _faults(settings: type[BaseSettings], error: ValidationError) -> tuple[SettingFault, ...]:
    return tuple(
        SettingFault(
            variable=" / ".join(variables(settings, str(item["loc"][0])))
            if item["loc"]
            else str(settings.model_config.get("env_prefix", "")).rstrip("_"),
            kind=item["type"],
            why=item["msg"],
            facts=item.get("ctx", {}),
        )
        for item in error.errors(include_input=False, include_url=False)
    )


def setting(name: str) -> str | None:
    """One common setting, ``LINLI_X`` or ``LINLI_X_FILE``, outside a service; None if not set.

    ``BadSettings`` if its file cannot be read.
    """
    value = _told(f"{COMMON_PREFIX}{name}".upper())
    if isinstance(value, _Fault):
        variable = f"{COMMON_PREFIX}{name}".upper()
        raise BadSettings(
            (SettingFault(variable, "setting_unreadable", value.why, {"why": value.why}),)
        )
    return value
