"""Pairing and requests speak of the same services, though neither knows the other's code."""

import pytest

from services.pairing.domain.visit_report import HelpService
from services.requests.domain.attribute import answered
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.service.visit_help import LOOK_IN


@pytest.mark.parametrize("wanted", HelpService)
def test_what_a_visit_may_ask_for_is_offered_and_needs_no_answers(wanted: HelpService) -> None:
    kind = SERVICE_TYPES[wanted.value]
    assert kind.active
    assert answered(kind.attributes, {}) == {}


def test_where_it_is_not_offered_somebody_looks() -> None:
    assert HelpService.CHECK.value == LOOK_IN
