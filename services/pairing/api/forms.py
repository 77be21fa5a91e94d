"""What the routes of this service share: prefix, and how far callers see."""

from typing import Annotated

from pydantic import StringConstraints

from services.pairing.service.onlooker import Onlooker
from shared.auth import Caller

PREFIX = "/api/pairing/v1"
Named = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""What somebody or something is called."""


def oneself(caller: Caller) -> Onlooker:
    """Who acts on what is their own, whatever else they may see."""
    return Onlooker(caller.communities, person_id=caller.id)


def onlooker_of_community(caller: Caller) -> Onlooker:
    """Staff see what is of their communities (care tasks, pairings, stand-ins, meals), a branch
    what of it ``branch_guard`` lets through, everybody else what is put to them or their own."""
    if caller.is_a("staff", "branch"):
        return Onlooker(caller.communities)
    return oneself(caller)


def onlooker_of_staff(caller: Caller) -> Onlooker:
    """Staff see to what is of their communities, everybody else to what is their own."""
    return Onlooker(caller.communities) if caller.is_a("staff") else oneself(caller)


def onlooker_of_records(caller: Caller) -> Onlooker:
    """Staff see their communities' members, contributions and visits, a branch those that it
    answers for, everybody else theirs."""
    if caller.is_a("staff", "branch"):
        return onlooker_of_branch(caller)
    return oneself(caller)


def onlooker_of_branch(caller: Caller) -> Onlooker:
    """Staff see all of their communities, anybody else what is of the branch that they answer
    for; one whose token names no branch sees nothing."""
    return Onlooker(caller.communities) if caller.is_a("staff") else branch_of(caller)


def branch_of(caller: Caller) -> Onlooker:
    """Who answers for a branch sees its records; one whose token names no branch sees none."""
    communities = () if caller.branch is None else caller.communities
    return Onlooker(communities, branch_id=caller.branch)
