"""The ledger of contributions, whole: the use cases of who did what, over what they keep."""

from dataclasses import dataclass

from services.pairing.domain.care_task import CareTask
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.member import Member
from services.pairing.service.contribution import ContributionService
from services.pairing.service.drafting import DraftingService
from services.pairing.service.handbook import HandbookService
from services.pairing.service.tally import StatementService, Tallies
from shared.clock import Clock
from shared.store import Store


@dataclass(frozen=True, slots=True)
class LedgerStores:
    """What the ledger keeps, and what it reads of others."""

    contributions: Store[Contribution]
    tallies: Tallies
    members: Store[Member]
    care_tasks: Store[CareTask]


class Ledger:
    """The use cases of the ledger."""

    def __init__(self, stores: LedgerStores, clock: Clock) -> None:
        self.clock = clock
        self.contributions = ContributionService(stores.contributions, stores.members, clock)
        self.drafts = DraftingService(stores.contributions, stores.members, stores.care_tasks)
        self.statements = StatementService(stores.tallies)
        self.handbooks = HandbookService(
            stores.members, stores.contributions, stores.tallies, clock
        )
