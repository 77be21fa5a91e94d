"""Bearer tokens: signature, issuer, audience and times checked; claims become a ``Caller``."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Annotated, Any

import jwt
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shared.auth.caller import Caller
from shared.auth.jwks import KeySet
from shared.errors import NotAuthenticated

TOKEN_BYTES_MAX = 8 * 1024
LEEWAY_SECONDS = 30
REMEMBERED_MAX = 10_000
REMEMBERED_SECONDS = 300
"""How long a verified token is believed without a new check: a withdrawn key goes out of use
within that."""


def _words(value: Any) -> Any:
    return value.split() if isinstance(value, str) else value


Words = Annotated[
    tuple[Annotated[str, Field(max_length=200)], ...],
    BeforeValidator(_words),
    Field(max_length=500, strict=False),
]


class _Claims(BaseModel):
    """What we read of a token; the rest is the issuer's own business."""

    model_config = ConfigDict(extra="ignore")

    sub: str = Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")
    exp: float
    roles: Words = ()
    communities: Words = ()
    branch: str | None = Field(default=None, max_length=100)
    company: str | None = Field(default=None, max_length=100)
    scope: Words = ()

    def caller(self) -> Caller:
        return Caller(
            id=self.sub,
            kind="person",
            roles=self.roles,
            communities=self.communities,
            branch=self.branch,
            company=self.company,
            scopes=frozenset(self.scope),
        )


class TokenReader:
    """Reads bearer tokens, and remembers those that it has verified: a signature costs more than a
    request."""

    def __init__(
        self,
        keys: KeySet | None,
        *,
        issuer: str,
        audience: str,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._wall = wall
        self._known: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()

    async def read(self, token: str) -> Caller:
        """Whom the token speaks for; ``NotAuthenticated`` if it does not hold, ``Unavailable``
        without keys."""
        digest = hashlib.sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and known[1] > self._wall():
            return known[0]
        claims = await self._verified(token)
        until = min(claims.exp, self._wall() + REMEMBERED_SECONDS)
        caller = claims.caller()
        self._known[digest] = (caller, until)
        self._known.move_to_end(digest)
        if len(self._known) > REMEMBERED_MAX:
            self._known.popitem(last=False)
        return caller

    async def _verified(self, token: str) -> _Claims:
        if self._keys is None or len(token) > TOKEN_BYTES_MAX:
            raise NotAuthenticated("auth.token_invalid")
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.find(kid)
            if key is None:
                raise NotAuthenticated("auth.token_invalid")
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "iss", "aud"]},
            )
            return _Claims.model_validate(claims)
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("auth.token_expired") from None
        except (jwt.PyJWTError, ValidationError, ValueError, TypeError):
            raise NotAuthenticated("auth.token_invalid") from None
