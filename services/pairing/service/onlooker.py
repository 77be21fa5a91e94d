"""Who asks, and how far they may see: a member their own things, a branch its members' records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import NotFound


def within(where: Mapping[str, Any], bounds: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for, of that which may be seen, as one query."""
    return {**where, "$and": [bounds]} if bounds else dict(where)


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Bounds on what somebody may see; None bounds nothing. What is out of bounds is not there."""

    communities: tuple[str, ...]
    person_id: str | None = None
    branch_id: str | None = None

    def check(
        self,
        id: str,  # noqa: A002  the field's own name
        *,
        person_id: str | None = None,
        branch_id: str | None = None,
    ) -> None:
        """``NotFound``, in the store's own words, if a thing of these owners is out of bounds."""
        theirs = self.person_id in (None, person_id) and self.branch_id in (None, branch_id)
        if not theirs:
            raise NotFound("store.not_found", id=id)

    def where(self) -> Mapping[str, str]:
        """The same bounds as a filter over ``person_id`` and ``branch_id``."""
        bounds = {"person_id": self.person_id, "branch_id": self.branch_id}
        return {name: bound for name, bound in bounds.items() if bound is not None}
