"""Those who help, whole: branches, their members, and the posts and teams that members are in."""

from dataclasses import dataclass

from services.pairing.domain.branch import Branch
from services.pairing.domain.member import Member
from services.pairing.domain.post import Post
from services.pairing.domain.team import Team
from services.pairing.service.branch import BranchService
from services.pairing.service.estate import Estates
from services.pairing.service.member import Known, MemberService
from services.pairing.service.member_load import Loads
from services.pairing.service.member_table import MemberTableService
from services.pairing.service.post import PostService
from services.pairing.service.team import TeamService
from shared.clock import Clock
from shared.store import Store


@dataclass(frozen=True, slots=True)
class FellowStores:
    """What is kept of them."""

    members: Store[Member]
    branches: Store[Branch]
    posts: Store[Post]
    teams: Store[Team]


class Fellows:
    """The use cases; ``estates`` and ``loads`` say what members may live in, lead and carry."""

    def __init__(self, stores: FellowStores, estates: Estates, loads: Loads, clock: Clock) -> None:
        known = Known(stores.branches, estates, loads)
        self.branches = BranchService(stores.branches)
        self.members = MemberService(stores.members, known, clock)
        self.tables = MemberTableService(self.members)
        self.posts = PostService(stores.posts, stores.members, clock)
        self.teams = TeamService(stores.teams, stores.members, stores.branches)

    async def ring(self) -> int:
        """End absences and terms whose time has come; how many. ``Unavailable``."""
        return await self.members.absences.ring() + await self.posts.terms.ring()
