"""Signatures as Standard Webhooks 1.0.0 words them, so that any stock library verifies them.

Signed are the message's id, the whole second of this sending and the exact bytes of the body, with
a dot between each two; HMAC-SHA256 under each live secret, newest first, makes one token
``v1,<base64>``.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from shared.errors import Invalid

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
"""What a new secret holds; the specification asks for 24 to 64."""
SECRET_BYTES_BOUNDS = (24, 64)
VERSION = "v1"


def secret_text(secret: bytes) -> str:
    """The secret as its receiver is given it: ``whsec_`` and base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_bytes(text: str) -> bytes:
    """The bytes of a written secret; ``Invalid`` if it is not one."""
    try:
        secret = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("endpoint.secret_invalid") from None
    least, most = SECRET_BYTES_BOUNDS
    if not text.startswith(SECRET_PREFIX) or not least <= len(secret) <= most:
        raise Invalid("endpoint.secret_invalid")
    return secret


def sign(secrets: Sequence[bytes], *, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``: one token for each secret, one space between each two.

    ``timestamp`` is the sending of this very attempt in whole seconds since 1970. By hand, because
    ``standardwebhooks`` 1.1.0 signs a local time as if it were UTC (webhooks.md, 6).
    """
    if not secrets or not message_id or "." in message_id:
        raise Invalid("message.not_signable")
    content = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return " ".join(f"{VERSION},{_token(secret, content)}" for secret in secrets)


def headers(
    secrets: Sequence[bytes], *, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers by which a receiver knows the message, its moment and its sender."""
    signature = sign(secrets, message_id=message_id, timestamp=timestamp, body=body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def _token(secret: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
