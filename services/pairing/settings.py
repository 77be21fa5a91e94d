"""What the pairing service can be told from outside: ``PAIRING_X``, else ``LINLI_X``."""

from pydantic import Field, ValidationInfo, field_validator

from shared.sealing import keys_in
from shared.settings import CommonSettings, settings_for


class Settings(CommonSettings):
    """The common settings, and the keys that seal what is known of households."""

    model_config = settings_for("pairing")

    care_keys: str = Field(default="", repr=False, validate_default=True)
    """Keys with ids, as in ``shared.sealing.read_keys``. Needed outside dev."""

    @field_validator("care_keys")
    @classmethod
    def _that_hold(cls, value: str, info: ValidationInfo) -> str:
        keys_in(str(info.data.get("environment")), value)
        return value

    def sealing_keys(self) -> dict[str, bytes]:
        """The keys by id, the one that seals first."""
        return keys_in(self.environment, self.care_keys)
