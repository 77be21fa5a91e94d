"""Where one may ask for something."""

import pytest

from services.requests.domain.estate import Estate, admit
from shared.errors import Invalid

ESTATE = Estate("est_1", "hongmiao", 1, frozenset({"dwl_1", "dwl_2"}))


@pytest.mark.parametrize("dwelling_id", ["dwl_1", None])
def test_a_known_place_is_admitted(dwelling_id: str | None) -> None:
    assert admit(ESTATE, communities=("hongmiao",), dwelling_id=dwelling_id) is ESTATE


@pytest.mark.parametrize(
    ("estate", "communities", "dwelling_id", "code"),
    [
        (None, ("hongmiao",), "dwl_1", "estate.unknown"),
        (ESTATE, ("elsewhere",), "dwl_1", "estate.unknown"),
        (ESTATE, (), None, "estate.unknown"),
        (ESTATE, ("hongmiao",), "dwl_9", "dwelling.unknown"),
    ],
)
def test_an_unknown_place_is_refused(
    estate: Estate | None, communities: tuple[str, ...], dwelling_id: str | None, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        admit(estate, communities=communities, dwelling_id=dwelling_id)

    assert refused.value.code == code
