"""What requests knows of a property company's contract (物业服务合同), as property told it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Contract:
    """A copy of a company's contract in a community; ``sequence`` is property's version of it.

    ``scopes`` are the sorts of work in it, in property's words. It holds from ``first_on`` to
    ``last_on``, both days included, or for good; not any more once it is ``ended``.
    """

    community: str
    contractor_id: str
    sequence: int
    scopes: frozenset[str]
    first_on: date
    last_on: date | None
    ended: bool = False

    def covers(self, scope: str, on: date) -> bool:
        """Whether the company does this sort of work on that day."""
        within = self.first_on <= on and (self.last_on is None or on <= self.last_on)
        return within and not self.ended and scope in self.scopes
