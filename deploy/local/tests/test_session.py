"""The parts of a test run: chosen, given, started once, and failing loudly."""

import os
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
