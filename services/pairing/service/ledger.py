"""The ledger of contributions, whole: the use cases of who did what, over what they keep."""

from dataclasses import dataclass

from services.pairing.domain.care_task import CareTask
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.exemplar import Exemplar
from services.pairing.domain.member import Member
from services.pairing.domain.pledge import Pledge
from services.pairing.domain.points_rules import PointsRules
from services.pairing.domain.thanks import Thanks
from services.pairing.service.contribution import ContributionService
from services.pairing.service.drafting import DraftingService
from services.pairing.service.exemplar import ExemplarService
from services.pairing.service.handbook import HandbookParts, HandbookService
from services.pairing.service.pledge import PledgeParts, PledgeService
from services.pairing.service.points_rules import PointsRulesService
from services.pairing.service.tally import StatementService, Tallies
from services.pairing.service.thanks import ThanksService
from shared.clock import Clock
from shared.envelope import Envelope
from shared.events.pairing import ContributionConfirmed
from shared.events.pairing_contribution import ContributionRevoked
from shared.store import Store


@dataclass(frozen=True, slots=True)
class LedgerStores:
    """What the ledger keeps, and what it reads of others."""

    contributions: Store[Contribution]
    tallies: Tallies
    pledges: Store[Pledge]
    exemplars: Store[Exemplar]
    thanks: Store[Thanks]
    members: Store[Member]
    care_tasks: Store[CareTask]
    points_rules: Store[PointsRules]


class Ledger:
    """The use cases of the ledger."""

    def __init__(self, stores: LedgerStores, clock: Clock) -> None:
        records, members, tallies = stores.contributions, stores.members, stores.tallies
        self.clock = clock
        self.points = PointsRulesService(stores.points_rules, clock)
        self.contributions = ContributionService(records, members, self.points, clock)
        self.drafts = DraftingService(records, members, stores.care_tasks)
        self.statements = StatementService(tallies)
        parts = PledgeParts(stores.pledges, members, records, tallies)
        self.pledges = PledgeService(parts, clock)
        self.exemplars = ExemplarService(stores.exemplars, members, records, tallies, clock)
        book = HandbookParts(
            members, records, tallies, self.pledges, stores.exemplars, stores.thanks
        )
        self.handbooks = HandbookService(book, clock)
        self.thanks = ThanksService(stores.thanks, members, records, clock)

    async def on_contribution_confirmed(
        self, event: ContributionConfirmed, envelope: Envelope
    ) -> None:
        """A record counts from now on."""
        await self.pledges.on_contribution_counted(event, envelope)

    async def on_contribution_revoked(self, event: ContributionRevoked, envelope: Envelope) -> None:
        """A record counts no more: two nouns rest on it; a repeat does what was left undone."""
        await self.pledges.on_contribution_counted(event, envelope)
        await self.exemplars.on_contribution_revoked(event, envelope)
