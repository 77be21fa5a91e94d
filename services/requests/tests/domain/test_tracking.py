"""A tracking code opens its own request, and nothing that only looks like it does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.tracking import (
    ALPHABET,
    SECRET_CHARACTERS,
    TrackingCode,
    digest_of,
    proves,
    read_code,
)
from services.requests.tests.samples import REQUEST_ID, submitted

SECRETS = st.text(ALPHABET, min_size=SECRET_CHARACTERS, max_size=SECRET_CHARACTERS)


@given(SECRETS)
def test_a_code_is_read_as_it_was_told_in_any_case_and_with_blanks(secret: str) -> None:
    code = TrackingCode(REQUEST_ID, secret)

    assert read_code(code.text) == code
    assert read_code(f"  {code.text[:10]} {code.text[10:].lower()}\n") == code


@given(st.text(max_size=80))
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_code(text) is None
    assert read_code(f"lnt_{REQUEST_ID}_{text[:25]}") is None


@given(SECRETS, SECRETS)
def test_only_the_secret_of_the_request_proves_it(secret: str, other: str) -> None:
    request = replace(submitted(), tracking=digest_of(secret))

    assert proves(TrackingCode(REQUEST_ID, secret), request)
    assert proves(TrackingCode(REQUEST_ID, other), request) is (other == secret)


def test_a_request_with_an_account_behind_it_is_opened_by_no_code() -> None:
    assert not proves(TrackingCode(REQUEST_ID, ""), submitted())


def test_a_code_does_not_show_itself_in_a_log() -> None:
    assert "0123" not in repr(TrackingCode(REQUEST_ID, "0123" * 6 + "ZZ"))


def test_a_requester_without_account_is_named_after_the_request() -> None:
    assert submitted(requester_id=None).requester_id == f"trk_{REQUEST_ID}"


@pytest.mark.parametrize("secret", ["I" * 26, "o" * 26, "U" * 26])
def test_signs_that_are_misread_are_in_no_code(secret: str) -> None:
    assert read_code(f"lnt_{REQUEST_ID}_{secret}") is None
