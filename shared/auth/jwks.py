"""The public keys that tokens are checked with: from a file, an address, or an OIDC issuer's
discovery."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import jwt

from shared.errors import Unavailable

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
"""Signatures that count; chosen by the key, never by the token."""

REFRESH_SECONDS = 60.0
"""The least time between two loads that an unknown key id can cause."""
RETRY_SECONDS = 5.0
"""The least time between two loads while there are no keys at all."""
OLDEST_SECONDS = 600.0
"""Keys older than this are loaded again, so that one withdrawn by the issuer goes out of use."""
FETCH_SECONDS = 5.0
DOCUMENT_BYTES_MAX = 256 * 1024

Load = Callable[[], Awaitable[dict[str, Any]]]


class KeySet:
    """Keys by their id, loaded when first needed and again when a token names an unknown one."""

    def __init__(self, load: Load, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._load = load
        self._monotonic = monotonic
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._tried_at = float("-inf")
        self._loaded_at = float("-inf")
        self._loading = asyncio.Lock()

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key with this id; None if there is none; ``Unavailable`` if no keys can be had at
        all."""
        if self._due(kid):
            async with self._loading:
                if self._due(kid):
                    await self._refresh()
        if not self._keys:
            raise Unavailable("auth.keys_unavailable", retry_after_seconds=int(RETRY_SECONDS))
        return self._keys.get(kid)

    def _due(self, kid: str | None) -> bool:
        now = self._monotonic()
        if not self._keys:
            return now - self._tried_at >= RETRY_SECONDS
        wanted = kid not in self._keys or now - self._loaded_at >= OLDEST_SECONDS
        return wanted and now - self._tried_at >= REFRESH_SECONDS

    async def _refresh(self) -> None:
        self._tried_at = self._monotonic()
        try:
            keys = _usable(await self._load())
        except Unavailable:
            if self._keys:
                return  # what was good stays good until the source is back
            raise
        self._keys, self._loaded_at = keys, self._tried_at


def key_set(*, file: Path | None, url: str | None, issuer: str) -> KeySet | None:
    """The keys by the settings: a file, else an address, else the issuer's own discovery; None if
    none is told."""
    if file is not None:
        return KeySet(lambda: _read(file))
    if url is not None:
        return KeySet(lambda: fetch_json(url))
    if issuer.startswith(("https://", "http://")):
        return KeySet(lambda: _discovered(issuer))
    return None


async def fetch_json(url: str) -> dict[str, Any]:
    """A small JSON object from an address, bounded in time and size; ``Unavailable`` whatever goes
    wrong."""
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            body = b""
            async for chunk in response.content.iter_chunked(16 * 1024):
                body += chunk
                if len(body) > DOCUMENT_BYTES_MAX:
                    break
            if response.status != 200 or len(body) > DOCUMENT_BYTES_MAX:
                raise Unavailable("auth.keys_unavailable")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unavailable("auth.keys_unavailable") from error
    return _object(body)


async def _discovered(issuer: str) -> dict[str, Any]:
    about = await fetch_json(issuer.rstrip("/") + "/.well-known/openid-configuration")
    address = about.get("jwks_uri")
    # OpenID Connect Discovery 4.3: a document that names another issuer must not be used.
    if about.get("issuer") != issuer or not isinstance(address, str):
        raise Unavailable("auth.keys_unavailable")
    return await fetch_json(address)


async def _read(file: Path) -> dict[str, Any]:
    return _object(_bytes(file))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unavailable("auth.keys_unavailable") from error


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise Unavailable("auth.keys_unavailable") from error
    if not isinstance(document, dict):
        raise Unavailable("auth.keys_unavailable")
    return document


def _usable(document: dict[str, Any]) -> dict[str | None, jwt.PyJWK]:
    """The signing keys among them whose algorithm counts; others (encryption, unknown kinds) are
    passed over."""
    keys: dict[str | None, jwt.PyJWK] = {}
    listed = document.get("keys")
    for entry in listed if isinstance(listed, list) else []:
        try:
            key = jwt.PyJWK.from_dict(entry)
        except (jwt.PyJWTError, AttributeError, TypeError, ValueError):
            continue
        if key.algorithm_name in ALGORITHMS and key.public_key_use in (None, "sig"):
            keys[key.key_id] = key
    if not keys:
        raise Unavailable("auth.keys_unavailable")
    return keys
