"""API keys of others' systems: handed out by operations over HTTP, kept, found and taken back.

A service that takes keys has a collection of its own, says which scopes a machine can be given,
and mounts ``routes.router``. What a key is and how it is checked: ``shared.auth``.
"""

from shared.keys.grants import LIFETIME_MAX, LIVE_MAX, Grant, KeyRecord, checked
from shared.keys.issuing import ApiKeys, ApiKeyService, Fresh, Issuer, Terms, minter
from shared.keys.records import KEY_SECONDS, ApiKeyRecords, api_keys, opened

__all__ = [
    "KEY_SECONDS",
    "LIFETIME_MAX",
    "LIVE_MAX",
    "ApiKeyRecords",
    "ApiKeyService",
    "ApiKeys",
    "Fresh",
    "Grant",
    "Issuer",
    "KeyRecord",
    "Terms",
    "api_keys",
    "checked",
    "minter",
    "opened",
]
