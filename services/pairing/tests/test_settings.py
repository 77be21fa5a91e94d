"""The keys in the settings."""

import base64

import pytest

from services.pairing.settings import Settings
from shared.sealing import DEVELOPMENT_KEYS
from shared.settings import BadSettings

KEY = base64.urlsafe_b64encode(b"\xfb" * 32).decode()
OTHER = base64.b64encode(b"\xfc" * 32).decode().rstrip("=")


def _settings(care_keys: str, environment: str = "prod") -> Settings:
    return Settings(
        mongo_url="mongodb://store",
        amqp_url="amqp://bus",
        care_keys=care_keys,
        environment=environment,
    )


def test_the_first_key_comes_first_whatever_way_it_is_written() -> None:
    keys = _settings(f"2026={KEY}, 2025={OTHER}").sealing_keys()

    assert list(keys.items()) == [("2026", b"\xfb" * 32), ("2025", b"\xfc" * 32)]


def test_a_development_machine_needs_no_key_of_its_own() -> None:
    assert _settings("", "dev").sealing_keys() == DEVELOPMENT_KEYS
    assert all(len(key) == 32 for key in DEVELOPMENT_KEYS.values())


@pytest.mark.parametrize(
    "care_keys",
    ["", KEY, f"a={KEY},", f"a={KEY},a={KEY}", "a=AAAA", "a=!!", f"a b={KEY}", "a=", "a=ü"],
)
def test_keys_that_cannot_be_used_are_refused_without_being_told(care_keys: str) -> None:
    with pytest.raises(BadSettings, match="CARE_KEYS") as refused:
        _settings(care_keys)
    assert KEY not in str(refused.value)
