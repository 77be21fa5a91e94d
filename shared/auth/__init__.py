"""Who is calling, and with which scopes: people by bearer token (JWT), machines by API key.

``Caller`` is all that the rest of the code sees of it; ``Authenticator`` makes one from a
request's headers.
"""

from shared.auth.api_keys import ApiKey, KeyRing, MintedKey, digest_secret, mint_key, parse_key
from shared.auth.authenticator import Authenticator, CodeReader, Credentials
from shared.auth.caller import Caller
from shared.auth.issuer import Grant, SigningKey, generate_keys, issue_token
from shared.auth.jwks import KeySet, key_set
from shared.auth.key_reader import KeyReader
from shared.auth.roles import ROLE_SCOPES
from shared.auth.tokens import TokenReader

__all__ = [
    "ROLE_SCOPES",
    "ApiKey",
    "Authenticator",
    "Caller",
    "CodeReader",
    "Credentials",
    "Grant",
    "KeyReader",
    "KeyRing",
    "KeySet",
    "MintedKey",
    "SigningKey",
    "TokenReader",
    "digest_secret",
    "generate_keys",
    "issue_token",
    "key_set",
    "mint_key",
    "parse_key",
]
