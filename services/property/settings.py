"""What the property service can be told from outside: ``PROPERTY_X``, else ``LINLI_X``."""

from pydantic import Field, ValidationInfo, field_validator

from shared.sealing import keys_in
from shared.settings import CommonSettings, settings_for


class Settings(CommonSettings):
    """The common settings, the keys that seal what is known of people (contacts, plates, visitors),
    and the one by which plates and codes are found."""

    model_config = settings_for("property")

    register_keys: str = Field(default="", repr=False, validate_default=True)
    """Keys with ids, as in ``shared.sealing.read_keys``: the first one seals. Needed outside dev;
    drop an old one once nothing bears it."""

    lookup_keys: str = Field(default="", repr=False, validate_default=True)
    """One key with its id: what is found without being known is kept as a hash under it. Needed
    outside dev, and for good: under another one nothing is found that was kept before."""

    intake_key_required: bool = False
    """Whether a machine's report needs an ``Idempotency-Key`` or an ``external_ref``."""

    @field_validator("register_keys", "lookup_keys")
    @classmethod
    def _that_hold(cls, value: str, info: ValidationInfo) -> str:
        keys_in(str(info.data.get("environment")), value)
        return value

    def sealing_keys(self) -> dict[str, bytes]:
        """The keys by id, the one that seals first."""
        return keys_in(self.environment, self.register_keys)

    def lookup_key(self) -> bytes:
        """The key of the hashes."""
        return next(iter(keys_in(self.environment, self.lookup_keys).values()))
