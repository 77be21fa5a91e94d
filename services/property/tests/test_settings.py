"""The keys in the settings."""

import base64

import pytest

from services.property.settings import Settings
from shared.sealing import DEVELOPMENT_KEYS
from shared.settings import BadSettings

KEY = base64.urlsafe_b64encode(b"\xfb" * 32).decode()
OTHER = base64.b64encode(b"\xfc" * 32).decode().rstrip("=")


def _settings(
    environment: str = "prod",
    *,
    register_keys: str = f"2026={KEY}, 2025={OTHER}",
    lookup_keys: str = f"first={OTHER}",
) -> Settings:
    return Settings(
        mongo_url="mongodb://store",
        amqp_url="amqp://bus",
        environment=environment,
        register_keys=register_keys,
        lookup_keys=lookup_keys,
    )


def test_the_first_key_seals_and_the_lookup_key_is_another() -> None:
    settings = _settings()
    assert list(settings.sealing_keys()) == ["2026", "2025"]
    assert settings.lookup_key() == b"\xfc" * 32


def test_a_development_machine_needs_no_key_of_its_own() -> None:
    settings = _settings("dev", register_keys="", lookup_keys="")
    assert settings.sealing_keys() == DEVELOPMENT_KEYS
    assert settings.lookup_key() in DEVELOPMENT_KEYS.values()


@pytest.mark.parametrize("keys", ["", KEY, f"a={KEY},", f"a={KEY},a={KEY}", "a=AAAA", "a="])
def test_keys_that_cannot_be_used_are_refused_without_being_told(keys: str) -> None:
    with pytest.raises(BadSettings, match="REGISTER_KEYS") as refused:
        _settings(register_keys=keys)
    assert KEY not in str(refused.value)
    with pytest.raises(BadSettings, match="LOOKUP_KEYS") as refused:
        _settings(lookup_keys=keys)
    assert KEY not in str(refused.value)
