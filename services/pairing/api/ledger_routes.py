"""All routes of the ledger of contributions."""

from typing import Protocol

from fastapi import APIRouter

from services.pairing.api import contribution, figures
from services.pairing.service.ledger import Ledger
from shared.web.once import Lookup


class Answers(Protocol):
    """Where the kept answers of each noun are found again."""

    @property
    def contributions(self) -> Lookup: ...


def routers(ledger: Ledger, answered: Answers) -> list[APIRouter]:
    """The routes."""
    return [
        contribution.router(ledger.contributions, answered.contributions),
        figures.router(ledger.handbooks, ledger.statements, ledger.clock),
    ]
