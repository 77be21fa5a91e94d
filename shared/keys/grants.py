"""API keys of others' systems: what a key may be given, and whether it is alive."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_network

from shared.errors import Invalid

LIVE_MAX = 2
"""Live keys of one client, a company in the same communities: the old and the new while it rotates
(``webhooks.md`` section 11). Keys of other communities are not in the way."""

LIFETIME_MAX = timedelta(days=731)
"""A key that nobody renews goes out of use: two years, a choice of ours."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key may do and where; ``estates`` None: all of its communities; no networks: any."""

    company: str
    scopes: tuple[str, ...]
    communities: tuple[str, ...]
    estates: tuple[str, ...] | None = None
    cidrs: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as it is kept: found by ``public_id``, its secret as a keyed digest only."""

    id: str
    public_id: str
    secret_digest: str
    grant: Grant
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything."""
        expires_at = self.grant.expires_at
        return self.revoked_at is None and (expires_at is None or expires_at > now)


def checked(grant: Grant, *, now: datetime, scopes: Collection[str]) -> Grant:
    """The grant in order, with an end; ``scopes`` are all that a machine can be given.

    Errors: ``Invalid`` with its pointer for a scope that no machine gets, for a network that is
    none, for an end that is past or beyond ``LIFETIME_MAX``.
    """
    for index, scope in enumerate(grant.scopes):
        if scope not in scopes:
            raise Invalid("api_key.scope", pointer=f"/scopes/{index}")
    expires_at = grant.expires_at or now + LIFETIME_MAX
    if not now < expires_at <= now + LIFETIME_MAX:
        days = LIFETIME_MAX.days
        raise Invalid("api_key.expiry", pointer="/expires_at", days_max=days)
    return replace(
        grant,
        scopes=tuple(sorted(set(grant.scopes))),
        cidrs=tuple(_networks(grant.cidrs)),
        expires_at=expires_at,
    )


def _networks(cidrs: Iterable[str]) -> Iterable[str]:
    for index, cidr in enumerate(cidrs):
        try:
            yield str(ip_network(cidr))
        except ValueError:
            raise Invalid("api_key.network", pointer=f"/cidrs/{index}") from None
