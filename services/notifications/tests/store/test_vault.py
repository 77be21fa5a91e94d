"""Secrets at rest."""

import base64

import pytest

from services.notifications.domain.endpoint import SealedSecret
from services.notifications.store.vault import AesVault, read_keys
from services.notifications.tests.domain.test_endpoint import NOW
from shared.errors import Unavailable

OLD, NEW = b"o" * 32, b"n" * 32
SECRET = b"the signing secret of an endpoint"


def sealed(vault: AesVault, endpoint_id: str = "whe_1") -> SealedSecret:
    key_id, text = vault.seal(SECRET, endpoint_id=endpoint_id)
    return SealedSecret("sec_1", key_id, text, created_at=NOW)


def test_what_was_sealed_opens_and_shows_nothing_of_itself() -> None:
    vault = AesVault([OLD])
    kept = sealed(vault)
    assert vault.open(kept, endpoint_id="whe_1") == SECRET
    assert SECRET not in base64.b64decode(kept.sealed)


def test_the_same_secret_is_never_sealed_the_same_twice() -> None:
    vault = AesVault([OLD])
    assert sealed(vault).sealed != sealed(vault).sealed


def test_a_secret_moved_to_another_endpoint_does_not_open() -> None:
    vault = AesVault([OLD])
    with pytest.raises(Unavailable, match=r"secret\.not_openable"):
        vault.open(sealed(vault), endpoint_id="whe_2")


def test_a_secret_that_was_tampered_with_does_not_open() -> None:
    vault = AesVault([OLD])
    kept = sealed(vault)
    raw = bytearray(base64.b64decode(kept.sealed))
    raw[-1] ^= 1
    changed = SealedSecret("sec_1", kept.key_id, base64.b64encode(raw).decode(), created_at=NOW)
    with pytest.raises(Unavailable, match=r"secret\.not_openable"):
        vault.open(changed, endpoint_id="whe_1")


def test_a_new_key_seals_while_the_old_one_still_opens() -> None:
    before = sealed(AesVault([OLD]))
    both = AesVault([NEW, OLD])
    assert both.open(before, endpoint_id="whe_1") == SECRET
    assert sealed(both).key_id != before.key_id
    with pytest.raises(Unavailable, match=r"secret\.key_missing"):
        AesVault([NEW]).open(before, endpoint_id="whe_1")


def test_keys_are_read_from_base64_with_commas_between() -> None:
    text = ", ".join(base64.b64encode(key).decode() for key in (NEW, OLD))
    assert read_keys(text) == [NEW, OLD]


@pytest.mark.parametrize("text", ["", "short", "!", base64.b64encode(b"x" * 31).decode()])
def test_a_bad_key_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|32 bytes") as refused:
        read_keys(text)
    assert not text or text not in str(refused.value)


def test_a_vault_needs_a_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AesVault([])
