"""What is kept of those who help, in MongoDB."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from services.pairing.service.fellows import FellowStores
from services.pairing.store.branch import branches
from services.pairing.store.member import Members
from services.pairing.store.post import posts
from services.pairing.store.team import teams
from shared.mongo import Database

Lookup = Callable[[str], Awaitable[dict[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class FellowAnswers:
    """Finds kept answers again, by noun."""

    members: Lookup
    branches: Lookup
    posts: Lookup
    teams: Lookup


class FellowRecords:
    """The collections, beside that of members, which others look into as well."""

    def __init__(self, database: Database, members: Members) -> None:
        groups, duties, crews = branches(database), posts(database), teams(database)
        self.stores = FellowStores(members, groups, duties, crews)
        self.answered = FellowAnswers(
            members.answered, groups.answered, duties.answered, crews.answered
        )
