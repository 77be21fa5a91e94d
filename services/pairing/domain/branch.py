"""A branch (党支部) of the community's party committee: whose members help."""

from dataclasses import dataclass, replace

from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing_members import BranchChanged, BranchRegistered

SECRETARIES_MAX = 20


@dataclass(frozen=True, slots=True)
class Naming:
    """What a branch is called, and who answers for it: persons as the identity provider knows
    them, whose tokens name the branch."""

    name_zh: str
    name_en: str
    secretary_person_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a community."""

    id: str
    community: str
    version: int
    name_zh: str
    name_en: str
    secretary_person_ids: tuple[str, ...] = ()


Outcome = tuple[Branch, list[Event]]


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    naming: Naming,
) -> Outcome:
    """Put a branch on the register. ``Invalid`` for a secretary named twice, or too many."""
    branch = _named(Branch(id, community, 0, "", ""), naming)
    return branch, [BranchRegistered(branch_id=id)]


def change(branch: Branch, *, naming: Naming) -> Outcome:
    """Say all of it anew; no event if nothing is different. Errors as for ``register``."""
    after = _named(branch, naming)
    return after, [] if after == branch else [BranchChanged(branch_id=branch.id)]


def _named(branch: Branch, naming: Naming) -> Branch:
    persons = naming.secretary_person_ids
    if len(persons) > SECRETARIES_MAX:
        raise Invalid(
            "branch.secretaries_too_many", pointer="/secretary_person_ids", most=SECRETARIES_MAX
        )
    if len(set(persons)) != len(persons):
        raise Invalid("branch.secretary_repeats", pointer="/secretary_person_ids")
    return replace(
        branch,
        name_zh=naming.name_zh,
        name_en=naming.name_en,
        secretary_person_ids=persons,
    )
