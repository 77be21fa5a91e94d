"""What is committed for the broker is what the code declares."""

import json
from pathlib import Path

import pytest

from deploy import topology
from shared.bus import from_definitions

COMMITTED = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "definitions.json"


def test_the_committed_definitions_are_what_the_code_declares() -> None:
    assert COMMITTED.read_text("utf-8") == topology.file(), (
        "run: python -m deploy.topology > deploy/rabbitmq/definitions.json"
    )


def test_the_definitions_read_back_are_the_topology() -> None:
    whole = topology.wanted()
    read = from_definitions(json.loads(COMMITTED.read_text("utf-8")))

    assert read.exchanges == whole.exchanges
    assert sorted(read.queues, key=str) == sorted(whole.queues, key=str)


@pytest.mark.parametrize("queue", topology.wanted().queues, ids=lambda queue: queue.name)
def test_every_queue_is_replicated_and_loses_nothing_on_its_way(queue: object) -> None:
    arguments = queue.arguments  # type: ignore[attr-defined]

    assert arguments["x-queue-type"] == "quorum"
    if "x-dead-letter-exchange" in arguments:
        assert arguments["x-dead-letter-strategy"] == "at-least-once"
        assert arguments["x-overflow"] == "reject-publish"


def test_every_heard_queue_has_a_place_for_its_dead() -> None:
    names = {queue.name for queue in topology.wanted().queues}
    heard = {name for name in names if ".retry." not in name and not name.endswith(".dead")}

    assert heard
    assert {f"{name}.dead" for name in heard} <= names


def test_the_file_names_no_user_and_no_password() -> None:
    assert not {"users", "permissions"} & json.loads(COMMITTED.read_text("utf-8")).keys()
