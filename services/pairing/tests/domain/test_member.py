"""A member's registration."""

import pytest

from services.pairing.domain import member
from services.pairing.domain.member import HOUSEHOLDS_MAX_DEFAULT, HOUSEHOLDS_MAX_LIMIT, Member
from shared.errors import Invalid
from shared.events.pairing import MemberRegistered


def _register(households_max: int) -> Member:
    return member.register(
        id="mem_1",
        community="hongmiao",
        person_id="per_1",
        branch_id="brn_1",
        households_max=households_max,
    )[0]


def test_a_member_tells_of_branch_and_person_and_of_no_name() -> None:
    new, events = member.register(
        id="mem_1", community="hongmiao", person_id="per_1", branch_id="brn_1", name="示例"
    )

    assert new.name == "示例"
    assert new.households_max == HOUSEHOLDS_MAX_DEFAULT
    assert events == [MemberRegistered(member_id="mem_1", branch_id="brn_1", person_id="per_1")]


@pytest.mark.parametrize("households_max", [1, HOUSEHOLDS_MAX_LIMIT])
def test_a_capacity_may_be_at_its_bounds(households_max: int) -> None:
    assert _register(households_max=households_max).households_max == households_max


@pytest.mark.parametrize("households_max", [-1, 0, HOUSEHOLDS_MAX_LIMIT + 1])
def test_a_capacity_out_of_bounds_is_refused(households_max: int) -> None:
    with pytest.raises(Invalid, match=r"member\.capacity_bounds"):
        _register(households_max=households_max)
