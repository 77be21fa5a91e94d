"""A database that tests take turns with is as good as a new one."""

from typing import Any

import pytest
from pymongo import MongoClient

from deploy.local.kept import MANY, KeptDatabases

pytestmark = pytest.mark.mongo


def test_what_one_test_wrote_the_next_does_not_find_though_its_indexes_are_there(
    mongo_url: str,
) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client, KeptDatabases(mongo_url) as kept:
        with kept.taken("things") as first:
            client[first]["few"].create_index("code", unique=True, name="code")
            client[first]["few"].insert_one({"code": 1})
            client[first]["many"].insert_many([{"code": code} for code in range(MANY + 1)])
        with kept.taken("things") as second:
            assert second == first
            assert "code" in client[second]["few"].index_information()
            assert client[second]["few"].count_documents({}) == 0
            assert client[second]["many"].count_documents({}) == 0
        assert first in client.list_database_names()
    client = MongoClient(mongo_url)
    with client:
        assert first not in client.list_database_names()


def test_two_kinds_of_tests_do_not_share_one_and_a_new_one_is_dropped_at_once(
    mongo_url: str,
) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client, KeptDatabases(mongo_url) as kept:
        with kept.taken("things") as one, kept.taken("others") as other, kept.taken(None) as new:
            assert len({one, other, new}) == 3
            client[new]["few"].insert_one({"code": 1})
        assert new not in client.list_database_names()
