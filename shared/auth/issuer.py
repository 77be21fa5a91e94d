"""The embedded issuer: keys in a folder and tokens signed with them, for a community without an
OIDC server."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.auth.roles import ROLE_SCOPES
from shared.clock import new_id

PRIVATE_FILE, PUBLIC_FILE = "signing_key.pem", "jwks.json"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who a token speaks for; ``scopes`` None means all that the roles give."""

    person: str
    roles: tuple[str, ...]
    communities: tuple[str, ...]
    branch: str | None = None
    company: str | None = None
    scopes: tuple[str, ...] | None = None

    def claims(self) -> dict[str, Any]:
        """As JWT claims, what is absent left out."""
        scopes = self.scopes
        if scopes is None:
            scopes = tuple(sorted(set().union(*(ROLE_SCOPES[role] for role in self.roles))))
        claims = {
            "sub": self.person,
            "roles": list(self.roles),
            "communities": list(self.communities),
            "scope": " ".join(scopes),
            "branch": self.branch,
            "company": self.company,
        }
        return {name: value for name, value in claims.items() if value is not None}


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key and the id under which its public half is published."""

    private: Ed25519PrivateKey
    kid: str

    @classmethod
    def load(cls, folder: Path) -> "SigningKey":
        """The key of a folder made by ``generate_keys``; ``OSError`` or ``ValueError`` if there is
        none."""
        key = serialization.load_pem_private_key((folder / PRIVATE_FILE).read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{folder / PRIVATE_FILE} is not an Ed25519 key")
        return cls(key, _thumbprint(_public(key)))

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new key."""
        key = Ed25519PrivateKey.generate()
        return cls(key, _thumbprint(_public(key)))

    def jwks(self) -> dict[str, Any]:
        """The public half as a JSON Web Key Set (RFC 7517)."""
        public = {**_public(self.private), "kid": self.kid, "alg": "EdDSA", "use": "sig"}
        return {"keys": [public]}


def generate_keys(folder: Path) -> SigningKey:
    """Write a new private key (mode 0600) and its JWKS; ``FileExistsError`` if either is there."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / PUBLIC_FILE).exists():
        raise FileExistsError(f"{folder / PUBLIC_FILE}")
    key = SigningKey.generate()
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_new(folder / PRIVATE_FILE, pem, 0o600)
    _write_new(folder / PUBLIC_FILE, json.dumps(key.jwks(), indent=2).encode() + b"\n", 0o644)
    return key


def issue_token(
    key: SigningKey,
    grant: Grant,
    *,
    now: datetime,
    lifetime: timedelta = timedelta(hours=8),
    issuer: str = "linli",
    audience: str = "linli",
) -> str:
    """A signed token (JWT, EdDSA) that holds from ``now`` for ``lifetime``; ``KeyError`` for an
    unknown role."""
    claims = {
        **grant.claims(),
        "iss": issuer,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "jti": new_id("tok"),
    }
    return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid})


def _public(key: Ed25519PrivateKey) -> dict[str, str]:
    raw = key.public_key().public_bytes_raw()
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _thumbprint(public: dict[str, str]) -> str:
    """The key's own digest as its id (RFC 7638)."""
    canonical = json.dumps(public, sort_keys=True, separators=(",", ":")).encode()
    return _base64url(hashlib.sha256(canonical).digest())


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _write_new(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
