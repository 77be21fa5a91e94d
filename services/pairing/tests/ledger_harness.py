"""What the ledger of contributions keeps, fake or real."""

from services.pairing.domain.care_task import CareTask
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.member import Member
from services.pairing.service.ledger import LedgerStores
from services.pairing.tests.tally_reference import ReferenceTallies
from shared.store import Store
from shared.testing import FakeStore


def fake_ledger(members: Store[Member], care_tasks: Store[CareTask]) -> LedgerStores:
    """Everything in memory; figures are reckoned slowly."""
    records = FakeStore(Contribution)
    return LedgerStores(records, ReferenceTallies(records), members, care_tasks)
