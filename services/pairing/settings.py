"""What the pairing service can be told from outside: ``PAIRING_X``, else ``LINLI_X``."""

from pydantic import Field, ValidationInfo, field_validator

from shared.sealing import read_keys
from shared.settings import CommonSettings, settings_for

DEVELOPMENT = "dev"
DEVELOPMENT_KEYS = {"dev": b"not-a-secret-for-development-onl"}
"""Known to everybody: keeps a development machine on the same path as production, and no secret."""


class Settings(CommonSettings):
    """The common settings, and the keys that seal what is known of households."""

    model_config = settings_for("pairing")

    care_keys: str = Field(default="", repr=False, validate_default=True)
    """Keys with ids, as in ``shared.sealing.read_keys``. Needed outside dev."""

    @field_validator("care_keys")
    @classmethod
    def _that_hold(cls, value: str, info: ValidationInfo) -> str:
        _keys(value, str(info.data.get("environment")))
        return value

    def sealing_keys(self) -> dict[str, bytes]:
        """The keys by id, the one that seals first."""
        return _keys(self.care_keys, self.environment)


def _keys(text: str, environment: str) -> dict[str, bytes]:
    if not text and environment == DEVELOPMENT:
        return DEVELOPMENT_KEYS
    return read_keys(text, named=True)
