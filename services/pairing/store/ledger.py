"""What the ledger of contributions keeps, in MongoDB."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from services.pairing.domain.care_task import CareTask
from services.pairing.domain.member import Member
from services.pairing.service.ledger import LedgerStores
from services.pairing.store.contribution import contributions
from services.pairing.store.tally import ContributionTallies
from shared.mongo import Database
from shared.sealing import Sealer
from shared.store import Store

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class LedgerAnswers:
    """Finds kept answers again, by noun."""

    contributions: Lookup


class LedgerRecords:
    """The collections."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._contributions = contributions(database, sealer)
        self.answered = LedgerAnswers(self._contributions.answered)

    def stores(self, members: Store[Member], care_tasks: Store[CareTask]) -> LedgerStores:
        """All that the ledger's use cases are decided from."""
        tallies = ContributionTallies(self._contributions)
        return LedgerStores(self._contributions, tallies, members, care_tasks)
