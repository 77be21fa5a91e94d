"""What a machine's key may be given."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.property.domain.api_key import LIFETIME_MAX, Grant, KeyRecord, checked
from services.property.tests.samples import COMMUNITY, COMPANY, NOW
from shared.errors import Invalid

GRANT = Grant(COMPANY, ("property:incident:report", "property:incident:read"), (COMMUNITY,))


def test_scopes_come_in_order_and_once() -> None:
    grant = checked(replace(GRANT, scopes=GRANT.scopes * 2), now=NOW)
    assert grant.scopes == ("property:incident:read", "property:incident:report")


@pytest.mark.parametrize(
    "scope",
    [
        "property:incident:confirm",
        "property:incident:close",
        "property:work_order:accept",
        "property:api_key:manage",
        "requests:request:read",
        "",
    ],
)
def test_a_machine_never_gets_a_scope_that_judges_or_belongs_elsewhere(scope: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(GRANT, scopes=("property:incident:read", scope)), now=NOW)
    assert refused.value.facts["pointer"] == "/scopes/1"


def test_a_key_always_has_an_end() -> None:
    assert checked(GRANT, now=NOW).expires_at == NOW + LIFETIME_MAX


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1), LIFETIME_MAX * 2])
def test_an_end_that_is_past_or_too_far_is_refused(after: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(GRANT, expires_at=NOW + after), now=NOW)
    assert refused.value.facts["pointer"] == "/expires_at"


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"])
def test_networks_and_single_addresses_are_taken(cidr: str) -> None:
    assert len(checked(replace(GRANT, cidrs=(cidr,)), now=NOW).cidrs) == 1


@pytest.mark.parametrize("cidr", ["10.0.0.1/8", "300.0.0.0/8", "anywhere", ""])
def test_what_is_no_network_is_refused(cidr: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(GRANT, cidrs=("10.0.0.0/8", cidr)), now=NOW)
    assert refused.value.facts["pointer"] == "/cidrs/1"


def test_a_key_lives_until_it_is_revoked_or_over() -> None:
    grant = replace(GRANT, expires_at=NOW + timedelta(days=1))
    key = KeyRecord("key_1", "public", "digest", grant, created_at=NOW, created_by="per_ops")
    assert key.is_live(NOW)
    assert not key.is_live(NOW + timedelta(days=1))
    assert not replace(key, revoked_at=NOW).is_live(NOW)
