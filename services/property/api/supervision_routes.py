"""All routes of supervision."""

from typing import Protocol

from fastapi import APIRouter

from services.property.api import (
    complaint,
    inspection,
    objection,
    rating,
    score_rules,
    scorecard,
)
from services.property.service.supervision import Supervision
from shared.web.once import Lookup


class Answers(Protocol):
    """Where the kept answers of each noun are found again."""

    @property
    def inspections(self) -> Lookup: ...
    @property
    def complaints(self) -> Lookup: ...
    @property
    def ratings(self) -> Lookup: ...
    @property
    def score_rules(self) -> Lookup: ...
    @property
    def objections(self) -> Lookup: ...


def routers(supervision: Supervision, answered: Answers) -> list[APIRouter]:
    """The routes."""
    return [
        inspection.router(supervision.inspections, answered.inspections),
        complaint.router(supervision.complaints, answered.complaints),
        rating.router(supervision.ratings, answered.ratings),
        score_rules.router(supervision.rules, answered.score_rules),
        scorecard.router(supervision.scorecards),
        objection.router(supervision.objections, answered.objections),
    ]
