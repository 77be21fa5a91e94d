"""The keys in the settings: each kind is needed outside dev, and none is ever told."""

import base64
from typing import Any

import pytest

from services.requests.settings import Settings
from shared.sealing import DEVELOPMENT_KEYS
from shared.settings import BadSettings

KEY = base64.urlsafe_b64encode(b"\xfb" * 32).decode()
OTHER = base64.urlsafe_b64encode(b"\xfc" * 32).decode()
KINDS = ("link_keys", "case_keys")


def _settings(environment: str = "prod", **changes: str) -> Settings:
    given: dict[str, Any] = {kind: f"first={KEY}" for kind in KINDS}
    return Settings(
        mongo_url="mongodb://store",
        amqp_url="amqp://bus",
        environment=environment,
        **{**given, **changes},
    )


def test_the_first_key_comes_first() -> None:
    keys = f"2026={KEY}, 2025={OTHER}"
    settings = _settings(link_keys=keys, case_keys=keys)

    assert settings.signing_keys() == [b"\xfb" * 32, b"\xfc" * 32]
    assert list(settings.sealing_keys()) == ["2026", "2025"]


def test_a_development_machine_needs_no_key_of_its_own() -> None:
    settings = _settings("dev", link_keys="", case_keys="")

    assert settings.sealing_keys() == DEVELOPMENT_KEYS
    assert settings.signing_keys() == list(DEVELOPMENT_KEYS.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keys", ["", KEY, f"a={KEY},a={KEY}", "a=AAAA"])
def test_keys_that_cannot_be_used_are_refused_without_being_told(kind: str, keys: str) -> None:
    with pytest.raises(BadSettings, match=kind.upper()) as refused:
        _settings(**{kind: keys})
    assert KEY not in str(refused.value)
