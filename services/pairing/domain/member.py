"""A member of a branch (党员) who helps: whom they belong to and how much they can carry."""

from dataclasses import dataclass

from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing import MemberRegistered

HOUSEHOLDS_MAX_DEFAULT = 3
HOUSEHOLDS_MAX_LIMIT = 50
"""Ours: a member who leads more households than this leads none of them well."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a branch, ready to help at most ``households_max`` households at a time."""

    id: str
    community: str
    version: int
    person_id: str
    branch_id: str
    name: str | None
    households_max: int


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    person_id: str,
    branch_id: str,
    name: str | None = None,
    households_max: int = HOUSEHOLDS_MAX_DEFAULT,
) -> tuple[Member, list[Event]]:
    """Put a member on the register. Errors: ``Invalid`` if the capacity is out of bounds."""
    if not 1 <= households_max <= HOUSEHOLDS_MAX_LIMIT:
        raise Invalid(
            "member.capacity_bounds", pointer="/households_max", least=1, most=HOUSEHOLDS_MAX_LIMIT
        )
    member = Member(
        id=id,
        community=community,
        version=0,
        person_id=person_id,
        branch_id=branch_id,
        name=name,
        households_max=households_max,
    )
    return member, [MemberRegistered(member_id=id, branch_id=branch_id, person_id=person_id)]
