"""API keys of machines: ``linli_<env>_<public id, 12>_<secret, 43><checksum, 6>``, all base62.

The prefix names system and environment, so that scanners of leaked secrets know it; the CRC-32 at
the end lets a gateway and us refuse a typo without a look-up (GitHub's token design of
2021-04-05). At rest lies an HMAC of the secret under a pepper: a slow hash buys nothing at 256
random bits and would be a lever for denial of service.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Protocol
from zlib import crc32

from shared.auth.caller import Caller
from shared.errors import NotAuthenticated

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PUBLIC_LENGTH, _SECRET_LENGTH, _CHECK_LENGTH = 12, 43, 6
_SHAPE = re.compile(r"linli_([a-z0-9]{1,12})_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's key as it is kept: never the secret, only its digest."""

    id: str
    public_id: str
    secret_digest: str
    company: str
    scopes: tuple[str, ...]
    communities: tuple[str, ...]
    estates: tuple[str, ...] | None = None
    cidrs: tuple[str, ...] = ()
    """Networks that it may call from; empty: any."""
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class KeyRing(Protocol):
    """Where API keys are kept; the service that owns them supplies it."""

    async def find(self, public_id: str) -> ApiKey | None:
        """The key with this public id, revoked and expired ones too; ``Unavailable``."""

    async def used(self, public_id: str, at: datetime) -> None:
        """Told at most once a minute for each key that it was used."""


@dataclass(frozen=True, slots=True, repr=False)
class MintedKey:
    """A key's two halves; ``text`` is shown once, to its owner."""

    environment: str
    public_id: str
    secret: str

    @property
    def text(self) -> str:
        """The whole key as its owner sends it."""
        body = f"linli_{self.environment}_{self.public_id}_{self.secret}"
        return body + _checksum(body)


def mint_key(environment: str) -> MintedKey:
    """A new key with 256 random bits of secret."""
    return MintedKey(
        environment=environment,
        public_id="".join(secrets.choice(_ALPHABET) for _ in range(_PUBLIC_LENGTH)),
        secret=_base62(secrets.randbits(256), _SECRET_LENGTH),
    )


def parse_key(text: str) -> MintedKey:
    """The halves of a key as sent; ``NotAuthenticated`` if its shape or its checksum is wrong."""
    match = _SHAPE.fullmatch(text)
    if match is None or not hmac.compare_digest(match[4], _checksum(text[:-_CHECK_LENGTH])):
        raise NotAuthenticated("auth.key_malformed")
    return MintedKey(environment=match[1], public_id=match[2], secret=match[3])


def digest_secret(secret: str, pepper: str) -> str:
    """What is kept of a secret: HMAC-SHA256 under the pepper, in hexadecimal."""
    return hmac.new(pepper.encode(), secret.encode(), hashlib.sha256).hexdigest()


def check_key(
    sent: MintedKey, kept: ApiKey | None, *, pepper: str, now: datetime, address: str | None
) -> Caller:
    """The machine that sent a key.

    ``NotAuthenticated`` if it is unknown, wrong, revoked, expired or sent from outside its
    networks.
    """
    digest = digest_secret(sent.secret, pepper)
    if kept is None or not hmac.compare_digest(digest, kept.secret_digest):
        raise NotAuthenticated("auth.key_unknown")
    if kept.revoked_at is not None and kept.revoked_at <= now:
        raise NotAuthenticated("auth.key_revoked")
    if kept.expires_at is not None and kept.expires_at <= now:
        raise NotAuthenticated("auth.key_expired")
    if kept.cidrs and not _inside(address, kept.cidrs):
        raise NotAuthenticated("auth.key_elsewhere")
    return Caller(
        id=kept.id,
        kind="machine",
        roles=("contractor",),
        communities=kept.communities,
        company=kept.company,
        scopes=frozenset(kept.scopes),
        estates=kept.estates,
    )


def _inside(address: str | None, cidrs: tuple[str, ...]) -> bool:
    try:
        here = ip_address(address or "")
    except ValueError:
        return False
    here = getattr(here, "ipv4_mapped", None) or here
    return any(here in ip_network(cidr, strict=False) for cidr in cidrs)


def _checksum(body: str) -> str:
    return _base62(crc32(body.encode()), _CHECK_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
