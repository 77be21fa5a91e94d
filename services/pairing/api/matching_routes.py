"""All routes of matchings and stand-ins."""

from typing import Protocol

from fastapi import APIRouter

from services.pairing.api import matching
from services.pairing.service.branch_sight import BranchSight
from services.pairing.service.matchings import Matchings
from shared.web.once import Lookup


class Answers(Protocol):
    """Where the kept answers of each noun are found again."""

    @property
    def answered(self) -> Lookup: ...
    @property
    def stand_ins_answered(self) -> Lookup: ...


def routers(matched: Matchings, sight: BranchSight, kept: Answers) -> list[APIRouter]:
    """The routes."""
    return [
        matching.router(matched.service, kept.answered),
        matching.match_router(matched.service),
        matching.stand_in_router(matched.stand_ins, sight, kept.stand_ins_answered),
    ]
