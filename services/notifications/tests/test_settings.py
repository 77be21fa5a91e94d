"""What the service can be told, and what it refuses to run with."""

import base64
import ipaddress
from pathlib import Path
from typing import Any

import pytest

from services.notifications.app import create_app
from services.notifications.settings import Settings
from shared.settings import BadSettings

KEY = base64.b64encode(b"k" * 32).decode()
NEEDED: dict[str, Any] = {"mongo_url": "mongodb://127.0.0.1:1/", "amqp_url": "amqp://127.0.0.1:1/"}


def settings(**told: Any) -> Settings:
    return Settings(**{**NEEDED, "secret_key": KEY, **told})


def test_by_default_only_https_to_public_addresses_is_open() -> None:
    rules = settings().address_rules()
    assert (rules.http, rules.private) == (False, ())
    assert rules.ports == {443, 8443}


def test_what_the_operator_lists_is_open() -> None:
    rules = settings(
        allow_private_cidrs="10.0.0.0/8, fd00::/8,", allow_ports="443,9443", allow_http=True
    ).address_rules()
    assert rules.private == (
        ipaddress.ip_network("10.0.0.0/8"),
        ipaddress.ip_network("fd00::/8"),
    )
    assert rules.ports == {443, 9443}
    assert rules.http


@pytest.mark.parametrize("cidrs", ["10.0.0.0/33", "everything", "10.0.0.1/8"])
def test_a_range_that_is_none_is_refused_by_name(cidrs: str) -> None:
    with pytest.raises(BadSettings, match="ALLOW_PRIVATE_CIDRS"):
        settings(allow_private_cidrs=cidrs)


@pytest.mark.parametrize("key", ["", "nonsense", base64.b64encode(b"k" * 16).decode()])
def test_without_a_key_of_32_bytes_the_service_does_not_run(key: str) -> None:
    with pytest.raises(BadSettings, match="SECRET_KEY") as refused:
        create_app(settings(secret_key=key))
    assert not key or key not in str(refused.value)


def test_a_lease_is_longer_than_an_attempt_may_last() -> None:
    assert settings(attempt_seconds=2, lease_seconds=3).lease_seconds == 3
    with pytest.raises(BadSettings, match="lease"):
        settings(attempt_seconds=2, lease_seconds=2.9)


def test_the_key_is_read_from_a_file_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n", encoding="utf-8")
    monkeypatch.setenv("NOTIFICATIONS_SECRET_KEY_FILE", str(path))
    read = Settings(**NEEDED)
    assert read.secret_key == KEY
    assert KEY not in repr(read)
