"""Where the brokers come from, and what is said when they cannot be had."""

import os
import stat
from pathlib import Path

import pytest

from deploy.local import fetch
from deploy.local.words import Halt


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with an empty PATH folder and no packaged RabbitMQ."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fetch, "PACKAGED_RABBITMQ", tmp_path / "packaged")
    monkeypatch.setattr(fetch, "_POLICY", tmp_path / "policy-rc.d")
    return tmp_path


def program(folder: Path, name: str, text: str = "") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


def test_the_packaged_start_script_is_preferred_to_the_one_that_changes_the_user(
    bare: Path,
) -> None:
    on_path = program(bare, "rabbitmq-server")
    assert fetch.rabbitmq() == on_path
    assert on_path != fetch.PACKAGED_RABBITMQ
    program(bare, "packaged")
    assert fetch.rabbitmq() == fetch.PACKAGED_RABBITMQ


def test_without_apt_get_it_says_what_to_do(bare: Path) -> None:
    with pytest.raises(Halt, match="AMQP_URL"):
        fetch.rabbitmq()


def test_a_refused_installation_is_one_line_with_its_reason(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(bare, "apt-get", "echo no such package >&2; exit 100")
    with pytest.raises(Halt, match="no such package"):
        fetch.rabbitmq()
    assert not fetch._POLICY.exists()


def test_while_it_is_installed_its_service_may_not_start(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    fake = f'case "$*" in *install*) read x < {bare}/policy-rc.d; : > {bare}/packaged; ;; esac'
    program(bare, "apt-get", fake)
    assert fetch.rabbitmq() == fetch.PACKAGED_RABBITMQ
    assert not fetch._POLICY.exists()


def test_a_policy_of_the_machine_is_left_as_it_was(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(bare, "policy-rc.d", "exit 101")
    program(bare, "apt-get", f'case "$*" in *install*) : > {bare}/packaged; ;; esac')
    fetch.rabbitmq()
    assert fetch._POLICY.read_text("utf-8") == "#!/bin/sh\nexit 101\n"


def test_a_mongod_on_the_path_is_taken_before_any_other(bare: Path) -> None:
    on_path = program(bare, "mongod")
    assert fetch.mongod(bare / "home") == on_path


def test_a_fetched_mongod_is_fetched_once(bare: Path) -> None:
    folder = bare / "home" / "mongod" / "fiftyone" / "db" / "bin"
    folder.mkdir(parents=True)
    fetched = program(folder, "mongod")
    assert fetch.mongod(bare / "home") == fetched


def test_a_library_that_the_fetched_mongod_lacks_is_installed(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    folder = bare / "home" / "mongod" / "fiftyone" / "db" / "bin"
    folder.mkdir(parents=True)
    fetched = program(
        folder, "mongod", f"[ -f {bare}/lib ] || {{ echo libcurl.so.4 >&2; exit 1; }}"
    )
    program(bare, "apt-get", f'case "$*" in *libcurl4*) : > {bare}/lib; ;; esac')
    assert fetch.mongod(bare / "home") == fetched
    (bare / "lib").unlink()
    (bare / "apt-get").unlink()
    with pytest.raises(Halt, match="libcurl4"):
        fetch.mongod(bare / "home")


def test_a_fetched_mongod_that_cannot_run_says_why(bare: Path) -> None:
    folder = bare / "home" / "mongod" / "fiftyone" / "db" / "bin"
    folder.mkdir(parents=True)
    program(folder, "mongod", "echo this processor is too old >&2; exit 1")
    with pytest.raises(Halt, match="this processor is too old"):
        fetch.mongod(bare / "home")


def test_a_mongod_that_cannot_be_fetched_leaves_nothing_half_there(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "ROOT", bare)
    with pytest.raises(Halt, match="MONGO_URL"):
        fetch.mongod(bare / "home")
    assert not list((bare / "home").glob("*"))


def test_scripts_of_the_runner_can_be_run() -> None:
    for name in ("deploy/local/venv.sh", "deploy/local/requirements.sh", ".ci/run"):
        assert (fetch.ROOT / name).stat().st_mode & stat.S_IXUSR, name
