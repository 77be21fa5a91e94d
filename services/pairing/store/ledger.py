"""What the ledger of contributions keeps, in MongoDB."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from services.pairing.domain.care_task import CareTask
from services.pairing.domain.member import Member
from services.pairing.service.ledger import LedgerStores
from services.pairing.store.contribution import contributions
from services.pairing.store.encouragement import all_thanks, exemplars, pledges
from services.pairing.store.points_rules import points_rules
from services.pairing.store.tally import ContributionTallies
from shared.mongo import Database
from shared.sealing import Sealer
from shared.store import Store

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class LedgerAnswers:
    """Finds kept answers again, by noun."""

    contributions: Lookup
    pledges: Lookup
    exemplars: Lookup
    thanks: Lookup
    points_rules: Lookup


class LedgerRecords:
    """The collections."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._contributions = contributions(database, sealer)
        self._pledges = pledges(database)
        self._exemplars = exemplars(database)
        self._thanks = all_thanks(database, sealer)
        self._points_rules = points_rules(database)
        self.answered = LedgerAnswers(
            self._contributions.answered,
            self._pledges.answered,
            self._exemplars.answered,
            self._thanks.answered,
            self._points_rules.answered,
        )

    def stores(self, members: Store[Member], care_tasks: Store[CareTask]) -> LedgerStores:
        """All that the ledger's use cases are decided from."""
        return LedgerStores(
            self._contributions,
            ContributionTallies(self._contributions),
            self._pledges,
            self._exemplars,
            self._thanks,
            members,
            care_tasks,
            self._points_rules,
        )
