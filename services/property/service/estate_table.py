"""A whole estate from a table: what is missing is added by one correction, what is there is left.

So a table can be sent again, whole, after whatever went wrong, and one that was read from here
changes nothing.
"""

from collections.abc import Callable, Sequence

from services.property.domain.estate import Estate
from services.property.domain.estate_check import ids_of
from services.property.domain.estate_correction import Why, corrected
from services.property.domain.estate_table import Ground, Line, Placed
from services.property.service.estate import EstateService
from services.property.service.estate_correction import Said, naming_for
from services.property.service.viewer import Target
from shared.bulk import Outcome
from shared.clock import Clock, new_id
from shared.errors import Invalid
from shared.store import Store

ESTATES_AT_ONCE = 20


class EstateTableService:
    """What one can do with a table of an estate's parts."""

    def __init__(
        self,
        estates: EstateService,
        store: Store[Estate],
        clock: Clock,
        new_id: Callable[[str], str] = new_id,
    ) -> None:
        self._estates = estates
        self._store = store
        self._clock = clock
        self._new_id = new_id

    async def load(
        self, target: Target, lines: Sequence[Line], said: Said, *, dry_run: bool = False
    ) -> list[Outcome[Placed]]:
        """What becomes of each row; with ``dry_run`` what would, and nothing is kept.

        All that is right is entered at once. ``NotFound``; ``Stale`` if somebody else corrects the
        estate meanwhile: then nothing was entered.
        """
        estate = await self._estates.get(target.viewer, target.id, seen=target.seen)
        naming = naming_for(estate, self._new_id)
        ground = Ground(estate, naming, await self._elsewhere(estate, lines))
        outcomes = [_placed(ground, line) for line in lines]
        why = Why(said.by, self._clock.now(), said.reason)
        after, events = corrected(estate, ground.grown(), why)
        if events and not dry_run:
            await self._estates.kept(after, events)
        return outcomes

    async def _elsewhere(self, estate: Estate, lines: Sequence[Line]) -> set[str]:
        """Which ids of the rows are those of other estates' dwellings."""
        told = {line.id for line in lines if line.id is not None} - set(ids_of(estate))
        found: set[str] = set()
        after = ""
        while told:
            where = {
                "buildings.entrances.dwellings.id": {"$in": sorted(told)},
                "_id": {"$gt": after},
            }
            others = await self._store.find(where, limit=ESTATES_AT_ONCE)
            if not others:
                break
            found.update(*(told & set(ids_of(other)) for other in others))
            after = others[-1].id
        return found


def _placed(ground: Ground, line: Line) -> Outcome[Placed]:
    codes = "/".join(code for code in (line.building, line.entrance, line.dwelling) if code)
    try:
        placed = ground.place(line)
    except Invalid as fault:
        return Outcome(line.number, codes, fault=fault)
    return Outcome(line.number, codes, placed, known=placed.known)
