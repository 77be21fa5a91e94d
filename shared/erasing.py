"""Taking people out of what is kept: what a use case may ask of a store that can do it.

A story is only ever added to. Erasing is the one exception: what happened and when stays, who it
was does not. See ``docs/decisions/0017-stories-lose-people-not-steps.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol

from shared.events import Event
from shared.store import A, Store

Names = Mapping[str, str | None]
"""By what each id of a person or a home is replaced wherever it stands; None: by nothing."""


@dataclass(frozen=True, slots=True)
class Left:
    """What lies elsewhere and is still to be removed, by kind; ids only."""

    id: str
    community: str
    names: Names = field(default_factory=dict)
    items: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erasure(Generic[A]):
    """What an aggregate is to be without its people.

    ``aggregate`` bears no ids of them any more, and the version it was decided on; ``events`` tell
    of it; by ``names`` they are replaced in the story; ``items`` are left to be removed elsewhere.
    """

    aggregate: A
    events: Sequence[Event]
    names: Names
    items: Mapping[str, Sequence[str]] = field(default_factory=dict)
    new_id: str | None = None
    """The id that it has from now on, where the old one was made of a person's; ``names`` has it,
    too. For a short story only, and with nothing left elsewhere."""


class ErasingStore(Store[A], Protocol[A]):
    """A store of aggregates that people can be taken out of."""

    async def erase(self, erasure: Erasure[A]) -> A:
        """Commit the aggregate without its people, its story and kept answers too, all or nothing.

        What is left to do elsewhere is noted by the same write, until ``finish``. Errors as for
        ``save``; ``Awaited`` while an event of the aggregate is still to be told, as that would be
        changed on its way.
        """

    async def unfinished(self, *, limit: int) -> list[Left]:
        """Erasures whose ``finish`` has not come, the oldest first."""

    async def finish(self, id: str) -> None:  # noqa: A002
        """Nothing is left elsewhere: erase the archived story, and forget the note.

        Again, nothing happens.
        """


def renamed(value: Any, names: Names) -> Any:
    """The same with each of these ids replaced, at whatever depth it stands."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: renamed(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    return value
