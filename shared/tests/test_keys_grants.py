"""What a machine's key may be given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Invalid
from shared.keys import LIFETIME_MAX, Grant, KeyRecord, checked

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SCOPES = frozenset({"things:thing:read", "things:thing:report"})
GRANT = Grant("cmp_anju", ("things:thing:report", "things:thing:read"), ("hongmiao",))


def test_scopes_come_in_order_and_once() -> None:
    grant = checked(replace(GRANT, scopes=GRANT.scopes * 2), now=NOW, scopes=SCOPES)
    assert grant.scopes == ("things:thing:read", "things:thing:report")


@pytest.mark.parametrize(
    "scope",
    [
        "things:thing:judge",
        "things:api_key:manage",
        "others:thing:read",
        "",
    ],
)
def test_a_machine_gets_no_scope_but_those_that_the_service_gives_to_machines(scope: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(GRANT, scopes=("things:thing:read", scope)), now=NOW, scopes=SCOPES)
    assert refused.value.facts["pointer"] == "/scopes/1"


def test_a_key_always_has_an_end() -> None:
    assert checked(GRANT, now=NOW, scopes=SCOPES).expires_at == NOW + LIFETIME_MAX


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1), LIFETIME_MAX * 2])
def test_an_end_that_is_past_or_too_far_is_refused(after: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(GRANT, expires_at=NOW + after), now=NOW, scopes=SCOPES)
    assert refused.value.facts["pointer"] == "/expires_at"


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"])
def test_networks_and_single_addresses_are_taken(cidr: str) -> None:
    assert len(checked(replace(GRANT, cidrs=(cidr,)), now=NOW, scopes=SCOPES).cidrs) == 1


@pytest.mark.parametrize("cidr", ["10.0.0.1/8", "300.0.0.0/8", "anywhere", ""])
def test_what_is_no_network_is_refused(cidr: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(GRANT, cidrs=("10.0.0.0/8", cidr)), now=NOW, scopes=SCOPES)
    assert refused.value.facts["pointer"] == "/cidrs/1"


def test_a_key_lives_until_it_is_revoked_or_over() -> None:
    grant = replace(GRANT, expires_at=NOW + timedelta(days=1))
    key = KeyRecord("key_1", "public", "digest", grant, created_at=NOW, created_by="per_ops")
    assert key.is_live(NOW)
    assert not key.is_live(NOW + timedelta(days=1))
    assert not replace(key, revoked_at=NOW).is_live(NOW)
