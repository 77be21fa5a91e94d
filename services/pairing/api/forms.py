"""What the routes of this service share: prefix, sorts of fields, stories, how far callers see."""

from typing import Annotated

from fastapi import Depends, Path
from pydantic import StringConstraints

from services.pairing.service.onlooker import Onlooker
from shared.auth import Caller
from shared.web import PageQuery, paging, seen

PREFIX = "/api/pairing/v1"

Version = Annotated[int | None, Depends(seen)]
Paging = Annotated[PageQuery, Depends(paging)]

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
"""An id, ours or another system's."""
PathId = Annotated[str, Path(max_length=64)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


def oneself(caller: Caller) -> Onlooker:
    """Who acts on what is their own, whatever else they may see."""
    return Onlooker(caller.communities, person_id=caller.id)


def onlooker_of_tasks(caller: Caller) -> Onlooker:
    """Staff and branches see their communities' care tasks, everybody else those put to them."""
    if caller.is_a("staff", "branch"):
        return Onlooker(caller.communities)
    return oneself(caller)


def onlooker_of_records(caller: Caller) -> Onlooker:
    """Staff see their communities' contributions, a branch its members', everybody else theirs."""
    if caller.is_a("staff"):
        return Onlooker(caller.communities)
    if caller.is_a("branch"):
        return branch_of(caller)
    return oneself(caller)


def branch_of(caller: Caller) -> Onlooker:
    """Who answers for a branch sees its records; one whose token names no branch sees none."""
    communities = () if caller.branch is None else caller.communities
    return Onlooker(communities, branch_id=caller.branch)
