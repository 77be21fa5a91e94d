"""One thing that a matching proposes or says: a pair, a release, a stand-in, nobody found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.matching_cost import Reason
from services.pairing.domain.matching_plan import UnmatchedReason
from services.pairing.domain.matching_problem import Pair
from services.pairing.domain.pairing import SIDES_MAX, PairingMode


class ItemKind(StrEnum):
    """What it is about."""

    PAIR = "pair"
    RELEASE = "release"
    STAND_IN = "stand_in"
    UNMATCHED = "unmatched"
    """Nothing to decide: why a household has nobody, or fewer than it should."""


class ItemState(StrEnum):
    """What became of it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    """Accepted, and carried out."""
    FAILED = "failed"
    """Accepted, but it could not be done: ``fault`` says why."""
    OVERTAKEN = "overtaken"
    """A newer matching took its place, or it was withdrawn."""
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class MatchingItem:
    """``number``: 1, 2, ... within its matching. ``decision``: by which it was decided."""

    matching_id: str
    community: str
    number: int
    kind: ItemKind
    state: ItemState
    household_id: str
    helper_id: str | None = None
    helper_person_id: str | None = None
    branch_id: str | None = None
    points: int | None = None
    reasons: tuple[Reason, ...] = ()
    metres: int | None = None
    bundle: int | None = None
    for_member_id: str | None = None
    until: datetime | None = None
    missing: int | None = None
    unmatched_reason: UnmatchedReason | None = None
    decision: int | None = None
    pairing_id: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Who is to be in one pairing, and in which mode."""

    mode: PairingMode
    helper_ids: tuple[str, ...]
    household_ids: tuple[str, ...]


def groups(pairs: Iterable[Pair], modes: Sequence[PairingMode]) -> list[Group]:
    """Pairs as pairings: a household with several helpers is one, and so are all households that
    have one helper alone, if the modes allow it. Always the same for the same pairs."""
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    helpers: dict[str, list[str]] = {}
    for helper_id, household_id in ordered:
        helpers.setdefault(household_id, []).append(helper_id)
    alone: dict[str, list[str]] = {}
    found = []
    for household_id, those in helpers.items():
        if len(those) > 1 and PairingMode.MANY_ONE in modes:
            found.append(Group(PairingMode.MANY_ONE, tuple(those), (household_id,)))
        elif len(those) > 1 or PairingMode.ONE_MANY not in modes:
            found += [Group(PairingMode.ONE_ONE, (each,), (household_id,)) for each in those]
        else:
            alone.setdefault(those[0], []).append(household_id)
    for helper_id, homes in alone.items():
        for start in range(0, len(homes), SIDES_MAX):
            some = tuple(homes[start : start + SIDES_MAX])
            mode = PairingMode.ONE_MANY if len(some) > 1 else PairingMode.ONE_ONE
            found.append(Group(mode, (helper_id,), some))
    return found


def same_proposals(these: Iterable[MatchingItem], those: Iterable[MatchingItem]) -> bool:
    """Whether two matchings say the same, in whatever order."""

    def said(items: Iterable[MatchingItem]) -> set[tuple[object, ...]]:
        return {
            (each.kind, each.helper_id, each.household_id, each.for_member_id) for each in items
        }

    return said(these) == said(those)
