"""What `make up` can be told, what it refuses, and in which order things are stopped."""

from pathlib import Path

import pytest

from deploy.local.options import BROKER_PORTS, PORTS, STORE_PORTS, Options
from deploy.local.process import Started
from deploy.local.record import Record, layers, lock
from deploy.local.words import Halt

HOME = Path("/nowhere")


def test_without_a_word_it_runs_everything_here_with_stories_in_the_foreground() -> None:
    options = Options.read({}, HOME)
    assert options.story
    assert not options.detach
    assert (options.mongo_url, options.amqp_url) == (None, None)
    assert options.needed_ports() == PORTS


@pytest.mark.parametrize("told", ["0", "no", "False", " off "])
def test_a_wish_can_be_taken_back(told: str) -> None:
    assert not Options.read({"STORY": told}, HOME).story
    assert not Options.read({"DETACH": told}, HOME).detach


def test_a_named_broker_or_store_needs_no_ports_here() -> None:
    options = Options.read({"AMQP_URL": "amqp://there/"}, HOME)
    assert set(PORTS) - set(options.needed_ports()) == set(BROKER_PORTS)
    options = Options.read({"MONGO_URL": "mongodb://there/", "AMQP_URL": "amqp://there/"}, HOME)
    assert set(PORTS) - set(options.needed_ports()) == {*BROKER_PORTS, *STORE_PORTS}


@pytest.mark.parametrize("told", ["0", "65536", "http", "-1", "80.5", "٨٠"])
def test_a_port_that_is_none_is_refused_by_name(told: str) -> None:
    with pytest.raises(Halt) as halted:
        Options.read({"PORT_PAIRING": told}, HOME)
    assert halted.value.facts == {"variable": "PORT_PAIRING", "value": told}


def test_the_ports_are_all_different() -> None:
    assert len(set(PORTS.values())) == len(PORTS)


def test_services_stop_before_the_brokers_and_the_name_server_last() -> None:
    names = ("epmd", "rabbitmq", "mongod", "requests", "receiver")
    groups = [Started(name, 1, "1", "") for name in names]
    order = [[group.name for group in layer] for layer in layers(groups)]
    assert order == [["requests", "receiver"], ["rabbitmq", "mongod"], ["epmd"]]


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    record = Record.begin(tmp_path)
    record.urls = {"requests": "http://here"}
    record.add(Started("requests", 1, "2", "log"))
    assert Record.load(tmp_path) == record
    assert record.runner_lives
    assert record.alive == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"groups": [1]}'])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, "utf-8")
    assert Record.load(tmp_path) is None


def test_only_one_run_holds_a_folder(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(Halt):
        lock(tmp_path)
    lock(tmp_path).close()
