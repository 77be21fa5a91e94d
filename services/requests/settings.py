"""What the requests service can be told from outside: ``REQUESTS_*``, else ``LINLI_*``."""

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.requests.domain.publication import Jurisdictions
from shared.sealing import keys_in
from shared.settings import CommonSettings, settings_for


class Settings(CommonSettings):
    """The common settings, the keys that sign links for people without an account, and those that
    seal what is confided."""

    model_config = settings_for("requests")

    link_keys: str = Field(default="", repr=False, validate_default=True)
    """Keys with ids, as in ``shared.sealing.read_keys``: the first one signs. Needed outside dev;
    without one that has signed before, the links that it signed open nothing any more."""

    case_keys: str = Field(default="", repr=False, validate_default=True)
    """Keys with ids that seal what is confided in mediations: the first one seals. Needed outside
    dev; drop an old one once nothing bears it."""

    open311_jurisdictions: str = Field(default="", max_length=2000)
    """The communities whose public requests the world may read of by Open311, and by which
    names it asks for them: ``hongmiao, city.example=hongmiao``. None, and nothing is published."""

    open311_contact: str = Field(default="", max_length=500)
    """Whom Open311's discovery names for questions; a general sentence if it is not set."""

    public_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    """Where the world reaches this service; if not set, as a request names it."""

    @field_validator("open311_jurisdictions")
    @classmethod
    def _named_once(cls, value: str) -> str:
        try:
            Jurisdictions.read(value)
        except ValueError:
            raise PydanticCustomError(
                "setting_jurisdictions", "not a list of names, each of them once"
            ) from None
        return value

    @field_validator("link_keys", "case_keys")
    @classmethod
    def _that_hold(cls, value: str, info: ValidationInfo) -> str:
        keys_in(str(info.data.get("environment")), value)
        return value

    def jurisdictions(self) -> Jurisdictions:
        """What is published, and under which names."""
        return Jurisdictions.read(self.open311_jurisdictions)

    def signing_keys(self) -> list[bytes]:
        """The keys, the one that signs first."""
        return list(keys_in(self.environment, self.link_keys).values())

    def sealing_keys(self) -> dict[str, bytes]:
        """The keys by id, the one that seals first."""
        return keys_in(self.environment, self.case_keys)
