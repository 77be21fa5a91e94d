"""What the pairing service can be told from outside: ``PAIRING_X``, else ``LINLI_X``."""

import base64
import binascii
import re
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.settings import CommonSettings, settings_for

KEY_BYTES = 32
DEVELOPMENT = "dev"
DEVELOPMENT_KEYS = {"dev": b"not-a-secret-for-development-onl"}
"""Known to everybody: keeps a development machine on the same path as production, and no secret."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Settings(CommonSettings):
    """The common settings, and the keys that seal what is known of households."""

    model_config = settings_for("pairing")

    care_keys: str = Field(default="", repr=False)
    """``<id>=<32 bytes in base64>``, by commas: the first seals, all open. Needed outside dev."""

    @model_validator(mode="after")
    def _keys_that_hold(self) -> Self:
        try:
            self.sealing_keys()
        except ValueError as error:
            raise PydanticCustomError(
                "care_keys", "care_keys cannot be used: {why}", {"why": str(error)}
            ) from None
        return self

    def sealing_keys(self) -> dict[str, bytes]:
        """The keys by id, the one that seals first. ``ValueError`` says why, never what it is."""
        if not self.care_keys and self.environment == DEVELOPMENT:
            return DEVELOPMENT_KEYS
        found: dict[str, bytes] = {}
        for number, entry in enumerate(self.care_keys.split(","), start=1):
            key_id, _, text = entry.strip().partition("=")
            if not _KEY_ID.fullmatch(key_id) or key_id in found:
                raise ValueError(f"key {number} needs an id of its own (letters, digits, - and _)")
            found[key_id] = _key(number, text)
        return found


def _key(number: int, text: str) -> bytes:
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    try:
        key = base64.b64decode(padded.translate(str.maketrans("-_", "+/")), validate=True)
    except binascii.Error:
        raise ValueError(f"key {number} is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {number} has {len(key)} bytes, not {KEY_BYTES}")
    return key
