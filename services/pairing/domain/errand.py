"""What a visit is made of before it is one: whom to look in on, what for, and when."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Window:
    """When a visit is to be made: on this local day, from ``start`` to before ``end``, in UTC."""

    on: date
    start: datetime
    end: datetime

    @property
    def due_at(self) -> datetime:
        """The middle: who has said nothing by then is reminded, and a second try has its time."""
        return self.start + (self.end - self.start) / 2


@dataclass(frozen=True, slots=True)
class Errand:
    """What a visit is made of; ``branch_ids``: those that answer for it, whoever comes.

    ``missed_before``: how many in a row were missed before it; it makes up for the last of them.
    ``extra``: outside of the plan, which therefore neither brings nor takes it.
    """

    pairing_id: str
    household_id: str
    dwelling_id: str
    key: str
    services: tuple[str, ...]
    window: Window
    branch_ids: tuple[str, ...] = ()
    makes_up: str | None = None
    missed_before: int = 0
    extra: bool = False
