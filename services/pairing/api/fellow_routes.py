"""All routes of branches, members, posts and teams."""

from typing import Protocol

from fastapi import APIRouter

from services.pairing.api import branch, member, member_table, post, team
from services.pairing.service.fellows import Fellows
from shared.web.once import Lookup


class Answers(Protocol):
    """Where the kept answers of each noun are found again."""

    @property
    def members(self) -> Lookup: ...
    @property
    def branches(self) -> Lookup: ...
    @property
    def posts(self) -> Lookup: ...
    @property
    def teams(self) -> Lookup: ...


def routers(fellows: Fellows, answered: Answers) -> list[APIRouter]:
    """The routes."""
    return [
        branch.router(fellows.branches, answered.branches),
        member.router(fellows.members, answered.members),
        member_table.router(fellows.tables),
        post.router(fellows.posts, answered.posts),
        team.router(fellows.teams, answered.teams),
    ]
