"""People and households from tables (``shared.bulk``): what is there already is changed, the rest
registered.

So a table can be sent again, whole, after whatever went wrong, and one that was read from here can
be changed and sent back.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from services.pairing.domain.circumstances import NAMES
from services.pairing.domain.household import Circumstances, Entry, Household
from services.pairing.domain.person import Particulars, Person
from services.pairing.service.branch_sight import BranchSight
from services.pairing.service.household import ConsentGiven, HouseholdService
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.person import Newcomer, PersonService
from shared.bulk import ROWS_MAX, Bulk, Outcome
from shared.errors import Conflict, Invalid, NotFound
from shared.store import Aggregate, Store

T = TypeVar("T", bound=Aggregate)
NEEDED_OF_A_HOUSEHOLD = ("dwelling_id", "person_ids", "categories", "risk_level")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that can be read; ``number`` is where it stands in its table.

    It is known by ``id``, if it has one, else by ``external_ref``. ``changes``: the fields that it
    has. ``seen``: the version that it was read at.
    """

    number: int
    external_ref: str
    community: str
    id: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    seen: int | None = None
    given: ConsentGiven | None = None
    person_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered(Generic[T]):
    """What a row is about; ``before``: the version that there was, 0 for none."""

    thing: T
    before: int


class PersonTableService:
    """Residents from a table."""

    def __init__(self, people: PersonService, store: Store[Person]) -> None:
        self._people = people
        self._store = store

    async def enter(self, rows: Sequence[TableRow]) -> list[Outcome[Entered[Person]]]:
        """What becomes of each row, as ``Bulk.load``."""
        return await _entered(self._store, rows, self._register, self._change)

    async def _register(self, row: TableRow) -> Person:
        told = dict(row.changes)
        if "name" not in told:
            raise Invalid("table.needed", pointer="/name")
        reference = None if row.external_ref == row.id else row.external_ref
        newcomer = Newcomer(row.community, Particulars(**told), row.id, reference)
        return await self._people.register(newcomer)

    async def _change(self, row: TableRow, there: Person) -> Person:
        return await self._people.change(
            there.id, row.changes, communities=(row.community,), seen=row.seen
        )


class HouseholdTableService:
    """Care households from a table; ``people`` finds theirs by the importer's references."""

    def __init__(
        self,
        households: HouseholdService,
        store: Store[Household],
        people: Store[Person],
        sight: BranchSight,
    ) -> None:
        self._households = households
        self._store = store
        self._people = people
        self._sight = sight

    async def enter(
        self, rows: Sequence[TableRow], onlooker: Onlooker
    ) -> list[Outcome[Entered[Household]]]:
        """What becomes of each row, as ``Bulk.load``; a branch changes its own alone.

        A consent that is newer than the one on record is recorded with the rest, or none of it.
        """
        register = partial(self._register, onlooker)
        return await _entered(self._store, rows, register, partial(self._change, onlooker))

    async def _register(self, onlooker: Onlooker, row: TableRow) -> Household:
        if row.id is not None:
            raise NotFound("store.not_found", id=row.id)
        told = await self._with_people(row)
        for name in NEEDED_OF_A_HOUSEHOLD:
            if name not in told:
                raise Invalid("table.needed", pointer=f"/{name}")
        circumstances = {name: told[name] for name in NAMES if name in told}
        return await self._households.register(
            communities=(row.community,),
            dwelling_id=told["dwelling_id"],
            person_ids=told["person_ids"],
            circumstances=Circumstances(**circumstances),
            entry=Entry(row.external_ref, onlooker.branch_id),
            given=_by_somebody(row.given, told["person_ids"]),
        )

    async def _change(self, onlooker: Onlooker, row: TableRow, there: Household) -> Household:
        if not await self._sight.answers_for(there.id, onlooker):
            raise NotFound("store.not_found", id=there.id)
        told = await self._with_people(row)
        if told.pop("dwelling_id", there.dwelling_id) != there.dwelling_id:
            raise Conflict("household.moved", pointer="/dwelling_id")
        return await self._households.change(
            there.id,
            told,
            communities=(row.community,),
            seen=row.seen,
            given=_by_somebody(row.given, told.get("person_ids", there.person_ids)),
        )

    async def _with_people(self, row: TableRow) -> dict[str, Any]:
        told = dict(row.changes)
        if row.person_refs:
            where = {"community": row.community, "external_ref": {"$in": list(row.person_refs)}}
            found = await self._people.find(where, limit=len(row.person_refs))
            ids = {each.external_ref: each.id for each in found}
            if missing := [ref for ref in row.person_refs if ref not in ids]:
                raise Invalid("table.person_unknown", pointer="/person_refs", ref=missing[0])
            told["person_ids"] = tuple(ids[ref] for ref in row.person_refs)
        return told


def _by_somebody(given: ConsentGiven | None, person_ids: Sequence[str]) -> ConsentGiven | None:
    """Who said yes, if it is not told: the first of the household."""
    if given is None or given.by:
        return given
    return ConsentGiven(person_ids[0], given.method, given.scope, given.until, given.at)


async def _entered(
    store: Store[T],
    rows: Sequence[TableRow],
    register: Callable[[TableRow], Awaitable[T]],
    change: Callable[[TableRow, T], Awaitable[T]],
) -> list[Outcome[Entered[T]]]:
    known = await _known(store, rows)

    async def none(_: Sequence[TableRow]) -> dict[int, Entered[T]]:
        return {}

    async def enter(row: TableRow) -> Entered[T]:
        there = known.get(row.number)
        if there is None:
            try:
                return Entered(await register(row), before=0)
            except Conflict:
                # Somebody sent the same table at the same moment, perhaps: then theirs is there.
                there = (await _known(store, [row])).get(row.number)
                if there is None:
                    raise
        return Entered(await change(row, there), before=there.version)

    return await Bulk(none, enter).load(rows)


async def _known(store: Store[T], rows: Sequence[TableRow]) -> dict[int, T]:
    """What is there already, by the number of its row."""
    communities = {"$in": sorted({row.community for row in rows})}
    refs = {"$in": [row.external_ref for row in rows if row.id is None]}
    ids = {"$in": [row.id for row in rows if row.id is not None]}
    most = ROWS_MAX * len(communities["$in"])
    found = [
        *await store.find({"community": communities, "external_ref": refs}, limit=most),
        *await store.find({"community": communities, "_id": ids}, limit=most),
    ]
    by_ref = {(each.community, getattr(each, "external_ref", None)): each for each in found}
    by_id = {(each.community, each.id): each for each in found}
    there = {
        row.number: by_id.get((row.community, row.id))
        if row.id is not None
        else by_ref.get((row.community, row.external_ref))
        for row in rows
    }
    return {number: thing for number, thing in there.items() if thing is not None}
