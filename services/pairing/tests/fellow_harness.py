"""What is kept of those who help, in memory."""

from services.pairing.domain.branch import Branch, Naming
from services.pairing.domain.member import Member
from services.pairing.domain.post import Post
from services.pairing.domain.team import Team
from services.pairing.service.fellows import Fellows, FellowStores
from shared.store import Store
from shared.testing import FakeStore

NAMING = Naming("示例支部", "An example branch")
BRANCHES = (("brn_1", "hongmiao"), ("brn_2", "hongmiao"), ("brn_9", "elsewhere"))


def fake_fellows(members: Store[Member]) -> FellowStores:
    """Everything in memory."""
    return FellowStores(members, FakeStore(Branch), FakeStore(Post), FakeStore(Team))


async def know_branches(fellows: Fellows) -> None:
    """Two branches are known here, and one elsewhere."""
    for branch_id, community in BRANCHES:
        await fellows.branches.register(community=community, naming=NAMING, id=branch_id)
