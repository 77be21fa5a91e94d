"""What the requests service can be told from outside: ``REQUESTS_*``, else ``LINLI_*``."""

from pydantic import Field, ValidationInfo, field_validator

from shared.sealing import keys_in
from shared.settings import CommonSettings, settings_for


class Settings(CommonSettings):
    """The common settings, and the keys that sign links for people without an account."""

    model_config = settings_for("requests")

    link_keys: str = Field(default="", repr=False, validate_default=True)
    """Keys with ids, as in ``shared.sealing.read_keys``: the first one signs. Needed outside dev;
    without one that has signed before, the links that it signed open nothing any more."""

    @field_validator("link_keys")
    @classmethod
    def _that_hold(cls, value: str, info: ValidationInfo) -> str:
        keys_in(str(info.data.get("environment")), value)
        return value

    def signing_keys(self) -> list[bytes]:
        """The keys, the one that signs first."""
        return list(keys_in(self.environment, self.link_keys).values())
