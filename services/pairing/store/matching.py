"""Matchings in MongoDB; their items, and who was refused, as plain records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from services.pairing.domain.matching import Decision, Matching, Tally
from services.pairing.domain.matching_item import ItemKind, ItemState, MatchingItem
from services.pairing.domain.matching_problem import Pair
from services.pairing.domain.standin import StandIn
from services.pairing.service.matching_parts import Bounds, MatchingStores
from services.pairing.service.pairing_parts import PairingParts
from services.pairing.store.estate import EstateRecords
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index, Record, Records
from shared.store import Page, decode_cursor, encode_cursor

BATCH = 1_000
INDEXES = (
    Index((("community", 1), ("state", 1), ("_id", -1)), name="state"),
    Index((("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"),
    Index((("carry_at", 1), ("_id", 1)), partial={"carry_at": {"$gt": LONG_AGO}}, name="carry"),
)
ITEM_INDEXES = (
    Index((("matching_id", 1), ("number", 1)), name="matching"),
    Index((("matching_id", 1), ("state", 1), ("decision", 1), ("number", 1)), name="state"),
    Index((("helper_person_id", 1), ("_id", -1)), name="person"),
)
REFUSAL_INDEXES = (Index((("community", 1), ("_id", 1)), name="community"),)
_ITEMS = TypeAdapter(MatchingItem)
_PROPOSING = [kind.value for kind in ItemKind if kind is not ItemKind.UNMATCHED]


class MatchingItems:
    """Keeps what ``Items`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def add(self, items: Sequence[MatchingItem]) -> None:
        """See ``Items.add``."""
        for start in range(0, len(items), BATCH):
            rows = [_record(item) for item in items[start : start + BATCH]]
            await self._records.insert_many(rows)

    async def forget(self, matching_id: str) -> None:
        """See ``Items.forget``."""
        await self._records.delete({"matching_id": matching_id})

    async def page(
        self, matching_id: str, bounds: Bounds, *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        """See ``Items.page``."""
        where = {"matching_id": matching_id, **_bounds(bounds)}
        if cursor is not None:
            where["_id"] = {"$gt": decode_cursor(cursor)}
        return _page(await self._records.find(where, limit=limit + 1), limit)

    async def of_person(
        self, person_id: str, communities: Sequence[str], *, cursor: str | None, limit: int
    ) -> Page[MatchingItem]:
        """See ``Items.of_person``."""
        states = [ItemState.ACCEPTED.value, ItemState.DONE.value]
        where: dict[str, Any] = {"helper_person_id": person_id, "state": {"$in": states}}
        where["community"] = {"$in": list(communities)}
        if cursor is not None:
            where["_id"] = {"$lt": decode_cursor(cursor)}
        found = await self._records.find(where, sort=(("_id", -1),), limit=limit + 1)
        return _page(found, limit)

    async def some(
        self, matching_id: str, numbers: Sequence[int], *, limit: int
    ) -> list[MatchingItem]:
        """See ``Items.some``."""
        where = {"matching_id": matching_id, "number": {"$in": list(numbers)}}
        return [_item(each) for each in await self._records.find(where, limit=limit)]

    async def of_bundles(
        self, matching_id: str, bundles: Sequence[int] | None, *, limit: int
    ) -> list[MatchingItem]:
        """See ``Items.of_bundles``."""
        wanted: Any = {"$gt": 0} if bundles is None else {"$in": list(bundles)}
        where = {"matching_id": matching_id, "bundle": wanted, "state": ItemState.OPEN.value}
        return [_item(each) for each in await self._records.find(where, limit=limit)]

    async def open(self, matching_id: str, *, after: int, limit: int) -> list[MatchingItem]:
        """See ``Items.open``."""
        where = {"state": ItemState.OPEN.value, "number": {"$gt": after}}
        return await self._in_order(matching_id, where, limit)

    async def accepted(
        self, matching_id: str, decision: int, *, after: int, limit: int
    ) -> list[MatchingItem]:
        """See ``Items.accepted``."""
        states = [ItemState.ACCEPTED.value, ItemState.DONE.value, ItemState.FAILED.value]
        where = {"decision": decision, "state": {"$in": states}, "number": {"$gt": after}}
        return await self._in_order(matching_id, where, limit)

    async def declined(
        self, matching_id: str, decision: int, *, after: int, limit: int
    ) -> list[MatchingItem]:
        """See ``Items.declined``."""
        state = ItemState.DECLINED.value
        where = {"decision": decision, "state": state, "number": {"$gt": after}}
        return await self._in_order(matching_id, where, limit)

    async def decide(
        self, matching_id: str, decision: Decision, *, not_bundles: Sequence[int]
    ) -> None:
        """See ``Items.decide``."""
        where: dict[str, Any] = {"matching_id": matching_id, "state": ItemState.OPEN.value}
        if decision.items is not None:
            where["number"] = {"$in": list(decision.items)}
        if decision.branch_id is not None:
            where["branch_id"] = decision.branch_id
        if not_bundles:
            where["bundle"] = {"$nin": list(not_bundles)}
        state = ItemState.ACCEPTED if decision.accepted else ItemState.DECLINED
        change = {"state": state.value, "decision": decision.number}
        await self._records.update_many(where, {"$set": change})

    async def mark(
        self,
        matching_id: str,
        numbers: Sequence[int],
        state: ItemState,
        *,
        pairing_id: str | None = None,
        fault: str | None = None,
    ) -> None:
        """See ``Items.mark``."""
        where = {
            "matching_id": matching_id,
            "number": {"$in": list(numbers)},
            "state": ItemState.ACCEPTED.value,
        }
        change = {"state": state.value, "pairing_id": pairing_id, "fault": fault}
        await self._records.update_many(where, {"$set": change})

    async def overtake(self, matching_id: str) -> None:
        """See ``Items.overtake``."""
        where = {"matching_id": matching_id, "state": ItemState.OPEN.value}
        await self._records.update_many(where, {"$set": {"state": ItemState.OVERTAKEN.value}})

    async def tally(self, matching_id: str) -> Tally:
        """See ``Items.tally``."""

        async def count(*states: ItemState) -> int:
            among = {"$in": [state.value for state in states]}
            return await self._records.count(
                {"matching_id": matching_id, "state": among}, limit=1_000_000
            )

        return Tally(
            open=await count(ItemState.OPEN),
            accepted=await count(ItemState.ACCEPTED, ItemState.DONE),
            declined=await count(ItemState.DECLINED),
            failed=await count(ItemState.FAILED),
        )

    async def _in_order(
        self, matching_id: str, where: Mapping[str, Any], limit: int
    ) -> list[MatchingItem]:
        found = await self._records.find(
            {"matching_id": matching_id, "kind": {"$in": _PROPOSING}, **where},
            sort=(("number", 1),),
            limit=limit,
        )
        return [_item(each) for each in found]


class RefusalRecords:
    """Keeps what ``Refusals`` promises: of each pair the newest refusal."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def note(self, community: str, pair: Pair, *, at: datetime) -> None:
        """See ``Refusals.note``."""
        document = {"community": community, "helper_id": pair[0], "household_id": pair[1], "at": at}
        await self._records.put(f"{community}/{pair[0]}/{pair[1]}", document)

    async def of(
        self, community: str, *, after: str, limit: int
    ) -> list[tuple[str, Pair, datetime]]:
        """See ``Refusals.of``."""
        where = {"community": community, "_id": {"$gt": after}}
        found = await self._records.find(where, limit=limit)
        return [
            (each["_id"], (each["helper_id"], each["household_id"]), each["at"]) for each in found
        ]


class MatchingRecords:
    """The collections, beside those of whom matchings are about."""

    def __init__(
        self,
        database: Database,
        parts: PairingParts,
        estates: EstateRecords,
        standing: Documents[StandIn],
    ) -> None:
        proposed = matchings(database)
        self.stores = MatchingStores(
            matchings=proposed,
            items=matching_items(database),
            refusals=refusals(database),
            stand_ins=standing,
            members=parts.members,
            households=parts.households,
            pairings=parts.pairings,
            conflicts=parts.conflicts,
            estates=estates,
        )
        self.answered, self.stand_ins_answered = proposed.answered, standing.answered


def matchings(database: Database) -> Documents[Matching]:
    """The collection."""
    return database.documents("matchings", Matching, source="/linli/pairing", indexes=INDEXES)


def matching_items(database: Database) -> MatchingItems:
    """The collection."""
    return MatchingItems(database.records("matching_items", indexes=ITEM_INDEXES))


def refusals(database: Database) -> RefusalRecords:
    """The collection."""
    return RefusalRecords(database.records("refusals", indexes=REFUSAL_INDEXES))


def _bounds(bounds: Bounds) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if bounds.branch_id is not None:
        where["branch_id"] = {"$in": [bounds.branch_id, None]}
    if bounds.kind is not None:
        where["kind"] = bounds.kind.value
    if bounds.state is not None:
        where["state"] = bounds.state.value
    return where


def _record(item: MatchingItem) -> Record:
    fields: Record = _ITEMS.dump_python(item)
    fields["reasons"] = [reason.value for reason in item.reasons]
    plain = {name: _plain(value) for name, value in fields.items()}
    # The number in the id keeps the order of the items in a page.
    return {"_id": f"{item.matching_id}/{item.number:07d}", **plain}


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _item(record: Record) -> MatchingItem:
    return _ITEMS.validate_python({name: record[name] for name in record if name != "_id"})


def _page(found: list[Record], limit: int) -> Page[MatchingItem]:
    following = encode_cursor(str(found[limit - 1]["_id"])) if len(found) > limit else None
    return Page([_item(each) for each in found[:limit]], following)
