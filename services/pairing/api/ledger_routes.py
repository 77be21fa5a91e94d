"""All routes of the ledger of contributions."""

from typing import Protocol

from fastapi import APIRouter

from services.pairing.api import contribution, exemplar, figures, pledge, points_rules, thanks
from services.pairing.service.ledger import Ledger
from shared.web.once import Lookup


class Answers(Protocol):
    """Where the kept answers of each noun are found again."""

    @property
    def contributions(self) -> Lookup: ...
    @property
    def pledges(self) -> Lookup: ...
    @property
    def exemplars(self) -> Lookup: ...
    @property
    def thanks(self) -> Lookup: ...
    @property
    def points_rules(self) -> Lookup: ...


def routers(ledger: Ledger, answered: Answers) -> list[APIRouter]:
    """The routes."""
    return [
        contribution.router(ledger.contributions, answered.contributions),
        figures.router(ledger.handbooks, ledger.statements, ledger.clock),
        pledge.router(ledger.pledges, answered.pledges),
        exemplar.router(ledger.exemplars, answered.exemplars),
        thanks.router(ledger.thanks, answered.thanks),
        points_rules.router(ledger.points, answered.points_rules),
    ]
