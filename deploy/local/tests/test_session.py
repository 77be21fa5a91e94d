"""The parts of a test run: chosen, given, started once, and failing loudly."""

import os
import socket
from pathlib import Path

import pytest

from deploy.local import session
from deploy.local.parts import Parts
from deploy.local.words import Halt

PARTS = Parts("mongodb://m/", "amqp://a/", "http://admin/")


@pytest.mark.parametrize("kind", ["local", "containers"])
def test_a_kind_that_is_asked_for_is_taken(kind: str) -> None:
    assert session.chosen(kind) == kind


@pytest.mark.parametrize(("answers", "expected"), [(True, "containers"), (False, "local")])
def test_containers_are_taken_where_an_engine_answers(
    monkeypatch: pytest.MonkeyPatch, answers: bool, expected: str
) -> None:
    monkeypatch.setattr(session, "engine_answers", lambda: answers)
    assert session.chosen("") == expected


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Halt, match="TEST_PARTS=cloud"):
        session.chosen("cloud")


def test_parts_that_are_given_are_taken_and_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    PARTS.save(tmp_path / "given.json")
    monkeypatch.setenv("TEST_PARTS_FILE", str(tmp_path / "given.json"))
    assert session.obtain(tmp_path / "none", os.getpid()) == PARTS


def test_parts_that_cannot_be_had_fail_at_once_for_all_that_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TEST_PARTS_FILE", raising=False)
    monkeypatch.setenv("TEST_PARTS", "cloud")
    folder = session.new_folder()
    try:
        for _ in range(2):
            with pytest.raises(Halt, match="TEST_PARTS=cloud"):
                session.obtain(folder, os.getpid())
    finally:
        session.release(folder)
    assert not folder.exists()


def test_a_part_that_died_is_named_and_one_that_answers_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dead, alive = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    with dead, alive:
        ports = [one.getsockname()[1] for one in (dead, alive)]
        parts = Parts(f"mongodb://127.0.0.1:{ports[0]}/", f"amqp://a:b@127.0.0.1:{ports[1]}/", "")
        parts.save(tmp_path / "given.json")
        monkeypatch.setenv("TEST_PARTS_FILE", str(tmp_path / "given.json"))
        assert session.gone(tmp_path) == ()
        dead.close()
        assert session.gone(tmp_path) == (f"MongoDB (127.0.0.1:{ports[0]})",)


def test_a_run_that_has_started_no_part_has_none_to_miss(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TEST_PARTS_FILE", raising=False)
    assert session.gone(tmp_path) == ()
