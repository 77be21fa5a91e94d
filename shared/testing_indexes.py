"""Whether the real store finds what is asked for by an index, among thousands; for tests."""

from collections.abc import Mapping
from typing import Any

from shared.mongo import Database
from shared.mongo.ordered import ranges
from shared.store import Order

MANY, LIMIT = 3_000, 50


async def copies(database: Database, name: str, **differing: Any) -> Any:
    """The collection, its one document there thousands of times, each time a little different."""
    collection: Any = database.records(name)._collection
    model = await collection.find_one({}, {"untold": 0, "story": 0})
    rows = []
    for n in range(MANY):
        fields = {field: differ(n) for field, differ in differing.items()}
        rows.append({**model, "_id": f"{model['_id'][:3]}_{n:06}", **fields})
    await collection.insert_many(rows)
    return collection


async def looked_at(collection: Any, where: Mapping[str, Any], order: Order) -> int:
    """How many documents a page looks at; none may be sorted in memory or be one of all."""
    (asked,) = ranges(where, order, None)
    explained = await collection.find(asked.where).sort(asked.sort).limit(LIMIT).explain()
    steps = str(explained["queryPlanner"]["winningPlan"])
    assert "'COLLSCAN'" not in steps
    assert "'SORT'" not in steps
    looked: int = explained["executionStats"]["totalDocsExamined"]
    return looked
