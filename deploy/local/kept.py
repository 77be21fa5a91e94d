"""Databases for tests: emptied between two tests that need the same indexes, not made anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient
from pymongo.database import Database

from shared.clock import new_id

MANY = 1_000
"""Of more documents than this, a collection is dropped with its indexes: that is sooner done."""


class KeptDatabases:
    """Lends databases on one server to one test at a time; all are dropped when it is left."""

    def __init__(self, url: str) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(url)
        self._kept: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._client:
            for name in self._kept.values():
                self._client.drop_database(name)

    @contextmanager
    def taken(self, kept_for: str | None) -> Iterator[str]:
        """An empty database's name: the one kept for these tests, or for None a new one."""
        if kept_for is None:
            name = new_id("test").lower()
            yield name
            self._client.drop_database(name)
            return
        name = self._kept.setdefault(kept_for, new_id("test").lower())
        yield name
        _empty(self._client[name])


def _empty(database: Database[dict[str, Any]]) -> None:
    """Without a document, also for a reader who reads what the majority has."""
    for name in database.list_collection_names():
        collection = database[name]
        count = collection.estimated_document_count()
        if count > MANY:
            collection.drop()
        elif count:
            collection.delete_many({})
