"""Secrets at rest: AES-256-GCM, the endpoint's id as associated data (webhooks.md, 6).

A sealed secret copied to another endpoint does not open there. The key's id is a digest of it, so a
new key may be put in front while what the old one sealed can still be opened.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.notifications.domain.endpoint import SealedSecret
from shared.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12


class AesVault:
    """Keeps the promises of ``Vault``. Seals with the first key, opens with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """``ValueError`` for a key that is not of 32 bytes, or for none."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("keys of 32 bytes are needed")
        self._keys = {_key_id(key): AESGCM(key) for key in keys}
        self._sealing = _key_id(keys[0])

    def seal(self, secret: bytes, *, endpoint_id: str) -> tuple[str, str]:
        """Encrypt under a nonce of its own, which stands before the rest."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._keys[self._sealing].encrypt(nonce, secret, endpoint_id.encode())
        return self._sealing, base64.b64encode(nonce + sealed).decode()

    def open(self, secret: SealedSecret, *, endpoint_id: str) -> bytes:
        """Decrypt; what is wrong with it is said to nobody but the operator, by the code."""
        key = self._keys.get(secret.key_id)
        if key is None:
            raise Unavailable("secret.key_missing", key_id=secret.key_id)
        sealed = base64.b64decode(secret.sealed)
        try:
            return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], endpoint_id.encode())
        except InvalidTag:
            raise Unavailable("secret.not_openable", key_id=secret.key_id) from None


def read_keys(text: str) -> list[bytes]:
    """The keys of the setting ``secret_key``: base64, the one that seals first, a comma between.

    ``ValueError`` for what is none; it never quotes it.
    """
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    except binascii.Error:
        raise ValueError("not base64") from None
    if any(len(key) != KEY_BYTES for key in keys):
        raise ValueError("a key is not of 32 bytes")
    return keys


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"linli key id\x00" + key).hexdigest()[:12]
