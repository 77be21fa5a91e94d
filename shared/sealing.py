"""What is secret or sensitive is sealed before it is stored: AES-256-GCM, keys by id.

A sealed text reads ``<key id>.<nonce and ciphertext in base64>``. It is bound to the place that it
stands in (a document, a field), so that a sealed text moved elsewhere does not open. The first key
seals, every key opens: to rotate, put a new key in front; drop an old one once nothing bears it.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import PydanticCustomError

from shared.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12

DEVELOPMENT = "dev"
DEVELOPMENT_KEYS: Mapping[str, bytes] = {"dev": b"not-a-secret-for-development-onl"}
"""Known to everybody: keeps a development machine on the same path as production, and no secret."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_PLAIN = str.maketrans("-_", "+/")


class Sealer:
    """Seals and opens with the keys it is given, by id; the first one seals."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """``ValueError`` for a key that is not of 32 bytes, or for none."""
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError("keys of 32 bytes are needed")
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._sealing = next(iter(keys))

    def seal(self, content: bytes, *, place: str) -> str:
        """The content, sealed with the first key under a nonce of its own, for this place alone."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys[self._sealing].encrypt(nonce, content, place.encode())
        return f"{self._sealing}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, place: str) -> bytes:
        """The content again.

        ``Unavailable`` if its key is not here or it was not sealed like this, for this place: an
        operator has to see to it. It names the place and nothing of the text, which may be
        anything if it is broken.
        """
        key_id, _, body = sealed.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise Unavailable("sealing.key_missing", place=place)
        try:
            raw = base64.b64decode(body.translate(_PLAIN), validate=True)
            return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise Unavailable("sealing.broken", place=place) from None


def keys_in(environment: str, text: str) -> dict[str, bytes]:
    """The named keys of a setting, as ``read_keys``; in ``dev`` it may be left out."""
    if not text and environment == DEVELOPMENT:
        return dict(DEVELOPMENT_KEYS)
    return read_keys(text, named=True)


def read_keys(text: str, *, named: bool = False) -> dict[str, bytes]:
    """The keys of a setting by id, the one that seals first.

    The setting has commas between keys. Each is 32 bytes in base64, plain or URL-safe, and may
    follow its id and an equals sign; without one its id is a digest of it. Where keys are
    ``named``, one without an id is refused: it may be another setting's.

    Raises ``PydanticCustomError``, a ``ValueError``; it says which key and never quotes it.
    """
    if not text:
        raise PydanticCustomError("setting_missing", "not set")
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(text.split(","), start=1):
        name, equals, body = entry.strip().rstrip("=").rpartition("=")
        key = _key(body, number)
        key_id = name if named or equals else _digest(key)
        if not _KEY_ID.fullmatch(key_id) or key_id in keys:
            raise PydanticCustomError(
                "sealing_key_id",
                "key {number} needs an id of its own (letters, digits, - and _)",
                {"number": number},
            )
        keys[key_id] = key
    return keys


def _key(body: str, number: int) -> bytes:
    try:
        key = base64.b64decode(body.translate(_PLAIN) + "=" * (-len(body) % 4), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise PydanticCustomError(
            "sealing_key", "key {number} is not 32 bytes in base64", {"number": number}
        )
    return key


def _digest(key: bytes) -> str:
    return hashlib.sha256(b"linli key id\x00" + key).hexdigest()[:12]
