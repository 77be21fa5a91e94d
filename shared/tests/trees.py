"""Trees: the aggregate that the tests of the store keep."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import pytest

from shared.clock import new_id
from shared.events import Event
from shared.mongo import Database, Documents, Index


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Leaf:
    at: datetime
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    id: str
    community: str = "hongmiao"
    version: int = 0
    colour: Colour = Colour.RED
    tag: str | None = None
    leaf: Leaf | None = None


class TreeGrown(Event):
    type: ClassVar[str] = "test.tree.grown.v1"
    tree_id: str


NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def tree(**facts: Any) -> Tree:
    return Tree(id=new_id("tre"), **facts)


def grown(of: Tree) -> list[Event]:
    return [TreeGrown(tree_id=of.id)]


async def grow(trees: Documents[Tree], of: Tree, times: int = 1) -> Tree:
    """The tree, grown so many times, and all of it told by a relay."""
    for _ in range(times):
        of = await trees.save(of, grown(of))
        await trees._collection.update_one({"_id": of.id}, {"$set": {"untold": []}})
    return of


@pytest.fixture
async def database(mongo_url: str, mongo_name: str) -> AsyncIterator[Database]:
    database = Database(mongo_url, mongo_name)
    yield database
    await database.close()


@pytest.fixture
async def trees(database: Database) -> Documents[Tree]:
    unique = Index((("tag", 1),), unique=True, partial={"tag": {"$type": "string"}}, name="tag")
    trees = database.documents("trees", Tree, source="/linli/test", indexes=[unique])
    await database.migrate()
    return trees
