"""Who may read what."""

import pytest

from services.requests.domain.reader import Reader, may_read
from services.requests.domain.service_type import Visibility
from services.requests.tests.samples import RESIDENT, submitted


def _reader(person: str, communities: tuple[str, ...] = ("hongmiao",), **may: bool) -> Reader:
    return Reader(person, communities, **{"reads_all": False, "handles": False, **may})


OWNER = _reader(RESIDENT)
NEIGHBOUR = _reader("per_neighbour")
COMMITTEE = _reader("per_committee", reads_all=True)
DISPATCHER = _reader("per_staff", reads_all=True, handles=True)


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize(
    ("reader", "reads"),
    [
        (OWNER, {"public", "staff", "confidential"}),
        (NEIGHBOUR, set()),
        (COMMITTEE, {"public", "staff"}),
        (DISPATCHER, {"public", "staff", "confidential"}),
    ],
)
def test_who_reads_a_request_depends_on_its_visibility(
    reader: Reader, reads: set[str], visibility: Visibility
) -> None:
    request = submitted(visibility=visibility)

    assert may_read(reader, request) is (visibility in reads)


def test_nobody_reads_a_request_of_another_community_not_even_its_requester() -> None:
    abroad = ("elsewhere",)

    assert not may_read(_reader("per_staff", abroad, reads_all=True, handles=True), submitted())
    assert not may_read(_reader(RESIDENT, abroad), submitted())
