"""Field by field, what is sensitive is sealed before it is written (AES-256-GCM).

A sealed text reads ``<key id>.<nonce and ciphertext in base64>``. It is bound to the document and
the field that it stands in, so that a sealed text moved elsewhere does not open. The first key
seals, every key opens: to rotate, put a new key in front; drop an old one once nothing bears it.
"""

import base64
import binascii
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Invalid

NONCE_BYTES = 12


class Sealer:
    """Seals and opens texts with the keys it is given, by id: one at least, each of 32 bytes."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._sealing = next(iter(self._keys))

    def seal(self, text: str, *, place: str) -> str:
        """The text, sealed with the first key and bound to its place."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[self._sealing].encrypt(nonce, text.encode(), place.encode())
        return f"{self._sealing}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, place: str) -> str:
        """The text again. ``Invalid`` if its key is not there, or it was sealed for elsewhere."""
        key_id, _, body = sealed.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise Invalid("sealing.key_missing", place=place)
        try:
            raw = base64.urlsafe_b64decode(body)
            return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise Invalid("sealing.broken", place=place) from None
