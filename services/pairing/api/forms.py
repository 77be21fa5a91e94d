"""What the routes of this service share: prefix, and how far callers see."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from services.pairing.service.onlooker import Onlooker
from shared.auth import Caller
from shared.web import Body

PREFIX = "/api/pairing/v1"
Named = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""What somebody or something is called."""


class ChangeBody(Body):
    """What is to be different of something; what is left out stays as it is."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("change_empty", "nothing is to be different")
        return self


def left_out() -> Any:
    """The default of a field of a change: it may be left out, and is not null if it is sent."""
    return Field(default=None)


def oneself(caller: Caller) -> Onlooker:
    """Who acts on what is their own, whatever else they may see."""
    return Onlooker(caller.communities, person_id=caller.id)


def onlooker_of_tasks(caller: Caller) -> Onlooker:
    """Staff and branches see their communities' care tasks, everybody else those put to them."""
    if caller.is_a("staff", "branch"):
        return Onlooker(caller.communities)
    return oneself(caller)


def onlooker_of_pairings(caller: Caller) -> Onlooker:
    """Staff and branches see their communities' pairings, everybody else those of their own."""
    return onlooker_of_tasks(caller)


def onlooker_of_records(caller: Caller) -> Onlooker:
    """Staff see their communities' members and records, a branch its own, everybody else theirs."""
    """Staff see their communities' contributions and visits, a branch those that it answers for,
    everybody else theirs."""
    if caller.is_a("staff"):
        return Onlooker(caller.communities)
    if caller.is_a("branch"):
        return branch_of(caller)
    return oneself(caller)


def branch_of(caller: Caller) -> Onlooker:
    """Who answers for a branch sees its records; one whose token names no branch sees none."""
    communities = () if caller.branch is None else caller.communities
    return Onlooker(communities, branch_id=caller.branch)
