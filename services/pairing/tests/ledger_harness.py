"""What the ledger of contributions keeps, fake or real."""

from datetime import date

from services.pairing.domain import exemplar
from services.pairing.domain.care_task import CareTask
from services.pairing.domain.contribution import Contribution
from services.pairing.domain.exemplar import Exemplar, Merit
from services.pairing.domain.member import Member
from services.pairing.domain.pledge import Goal, Measure, Pledge
from services.pairing.domain.points_rules import PointsRules
from services.pairing.domain.thanks import Thanks
from services.pairing.service.ledger import Ledger, LedgerStores
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.tally_reference import ReferenceTallies
from shared.clock import new_id
from shared.store import Store
from shared.testing import FakeStore


def fake_ledger(members: Store[Member], care_tasks: Store[CareTask]) -> LedgerStores:
    """Everything in memory; figures are reckoned slowly."""
    records = FakeStore(Contribution)
    return LedgerStores(
        records,
        ReferenceTallies(records),
        FakeStore(Pledge),
        FakeStore(Exemplar),
        FakeStore(Thanks),
        members,
        care_tasks,
        FakeStore(PointsRules),
    )


async def encouraged(ledger: Ledger, kept: LedgerStores, member: Member) -> dict[str, str]:
    """The ids, by noun, of a pledge of this member's and of their being named for September."""
    goal = Goal(Measure.ACTS, 3, date(2026, 11, 1), date(2026, 12, 31))
    onlooker = Onlooker((member.community,), person_id=member.person_id)
    pledge = await ledger.pledges.make(onlooker, goal)
    named = exemplar.name(
        id=new_id("exm"),
        member=member,
        days=(date(2026, 9, 1), date(2026, 9, 30)),
        ranking=[Merit(member.id, records=2, minutes=90, points=15, place=1, members=1)],
        by="per_sec",
        at=ledger.clock.now(),
    )
    return {"pledges": pledge.id, "exemplars": (await kept.exemplars.save(*named)).id}
