"""A key that is bound to estates asks for nothing in another one, by whichever door."""

import pytest

from services.requests.api.intake_forms import SubmissionBody
from services.requests.api.request import submission_of
from services.requests.domain.machine import SCOPES
from services.requests.tests.api.callers import BODY
from shared.auth import Caller
from shared.errors import NotFound


def key_of(*estates: str) -> Caller:
    return Caller(
        id="key_1", kind="machine", communities=("hongmiao",), scopes=SCOPES, estates=estates
    )


def test_a_key_asks_in_its_own_estates_alone() -> None:
    body = SubmissionBody(**BODY)
    assert submission_of(body, key_of("est_1", "est_2")).estate_id == "est_1"
    with pytest.raises(NotFound):
        submission_of(body, key_of("est_2"))
