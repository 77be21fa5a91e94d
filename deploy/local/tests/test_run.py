"""`make up` as a person meets it: it starts, stays, stops, and never leaves anything behind."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from deploy.local import given, ports, process
from deploy.local.fetch import ROOT
from deploy.local.options import PORTS, SERVICES
from deploy.local.parts import Parts
from deploy.local.record import Record
from deploy.local.words import Halt
from shared.clock import new_id

UP_SECONDS = 120.0


@dataclass
class Home:
    """A folder to run in, with ports of its own; the fixture stops what is started there."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        at = dict(zip(PORTS, map(str, ports.free(len(PORTS))), strict=True))
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "MAKELEVEL"},
            **at,
            "LINLI_LOCAL_HOME": str(self.folder),
            "LINLI_LANG": "en",
            "STORY": "0",
            **self.extra,
        }

    def run(self, command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "deploy.local", command],
            cwd=ROOT,
            env=self.environment | extra,
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
        )

    def stay(self) -> process.Started:
        """`up` in the foreground, until all is up."""
        group = process.start(
            "runner",
            [sys.executable, "-m", "deploy.local", "up"],
            log=self.folder.with_name("runner.log"),
            environment=self.environment,
            folder=ROOT,
        )
        here = "Ctrl-C stops it"
        process.poll(lambda: here in self.said or not group.alive, UP_SECONDS)
        assert here in self.said, self.said
        return group

    @property
    def said(self) -> str:
        """What `stay` has printed."""
        return self.folder.with_name("runner.log").read_text("utf-8")

    @property
    def groups(self) -> list[process.Started]:
        """What runs here."""
        record = Record.load(self.folder)
        assert record is not None
        return record.groups

    def demo(self) -> Any:
        """What the file for people and programs holds."""
        return json.loads((self.folder / "demo.json").read_text("utf-8"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A run with brokers of its own."""
    made = Home(tmp_path / "home")
    yield made
    made.run("down")


@pytest.fixture
def guest(tmp_path: Path, parts: Parts, amqp_url: str) -> Iterator[Home]:
    """A run on the test's brokers, which is quicker."""
    names = {f"{name.upper()}_DATABASE": new_id(name).lower() for name in SERVICES}
    made = Home(tmp_path / "home", {"MONGO_URL": parts.mongo_url, "AMQP_URL": amqp_url, **names})
    yield made
    made.run("down")


def gone(groups: list[process.Started]) -> bool:
    """True if nothing of them runs, nor anything of theirs."""
    return not any(map(process.running, groups))


def send(example: dict[str, Any]) -> tuple[int, str | None]:
    """An example of `demo.json`, sent as it stands by a client that knows nothing of us."""
    request = Request(
        example["url"],
        method=example["method"],
        headers=example["headers"],
        data=json.dumps(example["body"]).encode() if "body" in example else None,
    )
    with urlopen(request, timeout=10) as answer:
        return answer.status, answer.headers["Location"]


def test_a_busy_port_is_one_line_and_nothing_is_started(home: Home) -> None:
    with socket.socket() as holder:
        holder.bind((ports.HOST, int(home.environment["PORT_PAIRING"])))
        holder.listen()
        done = home.run("up")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "PORT_PAIRING" in done.stderr
    assert not (home.folder / "run.json").exists()
    assert not (home.folder / "mongodb").exists()


def test_a_folder_that_may_not_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way", "utf-8")
    done = Home(tmp_path / "home").run("up")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / "home") in done.stderr


@pytest.mark.parametrize(
    ("check", "variable", "scheme"),
    [(given.check_mongo, "MONGO_URL", "mongodb"), (given.check_rabbit, "AMQP_URL", "amqp")],
)
def test_a_named_part_that_is_away_is_one_line_without_its_password(
    monkeypatch: pytest.MonkeyPatch, check: Callable[[str], None], variable: str, scheme: str
) -> None:
    monkeypatch.setattr(given, "ANSWER_SECONDS", 0.2)
    monkeypatch.setenv("LINLI_LANG", "en")
    address = f"{ports.HOST}:{ports.free(1)[0]}"
    with pytest.raises(Halt) as halted:
        check(f"{scheme}://someone:hidden@{address}/")
    assert f"{variable} ({scheme}://{address}/)" in str(halted.value)
    assert "hidden" not in str(halted.value)
    assert "\n" not in str(halted.value)


@pytest.mark.parametrize("scheme", ["mongodb", "amqp"])
@pytest.mark.parametrize("password", ["hid/den", "hid#den", "hid?den", "hid:den", "hid@den", "://"])
def test_a_password_that_should_have_been_escaped_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, scheme: str, password: str
) -> None:
    monkeypatch.setattr(given, "ANSWER_SECONDS", 0.2)
    url = f"{scheme}://someone:{password}@{ports.HOST}:{ports.free(1)[0]}/"
    with pytest.raises(Halt) as halted:
        {"mongodb": given.check_mongo, "amqp": given.check_rabbit}[scheme](url)
    for shown in (given.without_secret(url), str(halted.value)):
        assert not any(part in shown for part in ("someone", "hid", "den", "@"))


@pytest.mark.parametrize("url", ["nonsense", "amqp://:x:y/", "mongodb://"])
@pytest.mark.parametrize("check", [given.check_mongo, given.check_rabbit])
def test_a_url_that_is_none_is_a_halt_too(
    monkeypatch: pytest.MonkeyPatch, check: Callable[[str], None], url: str
) -> None:
    monkeypatch.setattr(given, "ANSWER_SECONDS", 0.2)
    with pytest.raises(Halt):
        check(url)


@pytest.mark.parametrize("command", ["down", "clean"])
def test_stopping_what_does_not_run_is_no_fault(home: Home, command: str) -> None:
    assert home.run(command).returncode == 0


def test_an_unknown_command_is_answered_with_those_there_are(home: Home) -> None:
    done = home.run("sideways")
    assert done.returncode == 2
    assert "demo-data" in done.stderr


@pytest.mark.e2e
def test_detached_it_serves_until_down_and_keeps_its_data_until_clean(home: Home) -> None:
    first = home.run("up", DETACH="1")
    assert first.returncode == 0, first.stderr
    groups = home.groups
    assert [group.name for group in groups if not group.alive] == []
    assert {*SERVICES, "receiver", "rabbitmq", "mongod", "epmd"} == {group.name for group in groups}
    demo = home.demo()
    assert stat.S_IMODE((home.folder / "demo.json").stat().st_mode) == 0o600
    assert send(demo["examples"]["request"])[0] == 201
    status, where = send(demo["examples"]["incident"])
    assert status == 201

    second = home.run("up", DETACH="1")
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert [group.name for group in groups if not group.alive] == []
    assert home.run("demo-data").returncode == 0

    assert home.run("down").returncode == 0
    assert gone(groups)
    again = home.run("up", DETACH="1")
    assert again.returncode == 0, again.stderr
    demo = home.demo()
    look = {
        "url": f"{demo['urls']['property']}{where}" if str(where).startswith("/") else where,
        "method": "GET",
        "headers": {"Authorization": f"Bearer {demo['keys']['committee']}"},
    }
    assert send(look)[0] == 200
    groups = home.groups
    assert home.run("clean").returncode == 0
    assert gone(groups)
    assert not home.folder.exists()


@pytest.mark.e2e
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_a_signal_leaves_nothing_running(
    guest: Home, sign: signal.Signals
) -> None:
    runner = guest.stay()
    groups = guest.groups
    os.kill(runner.pid, sign)
    assert process.poll(lambda: not runner.alive, 60)
    assert gone(groups)
    assert not (guest.folder / "run.json").exists()


@pytest.mark.e2e
def test_a_second_run_in_the_same_place_is_refused_and_the_first_goes_on(guest: Home) -> None:
    runner = guest.stay()
    done = guest.run("up")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert runner.alive
    assert [group.name for group in guest.groups if not group.alive] == []
    assert guest.run("down").returncode == 0
    assert not runner.alive


@pytest.mark.e2e
def test_a_service_that_dies_is_named_and_all_else_is_stopped(guest: Home) -> None:
    runner = guest.stay()
    groups = guest.groups
    os.kill(next(group.pid for group in groups if group.name == "pairing"), signal.SIGKILL)
    assert process.poll(lambda: not runner.alive, 60)
    last = guest.said.splitlines()[-1]
    assert "pairing" in last
    assert str(guest.folder / "log" / "pairing.log") in last
    assert gone(groups)


@pytest.mark.e2e
def test_a_service_that_cannot_start_is_named_and_all_else_is_stopped(guest: Home) -> None:
    done = guest.run("up", PROPERTY_PREFETCH="many")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "property" in done.stderr
    assert not (guest.folder / "run.json").exists()


@pytest.mark.e2e
def test_a_runner_that_is_killed_leaves_nothing_running_either(guest: Home) -> None:
    runner = guest.stay()
    groups = guest.groups
    os.kill(runner.pid, signal.SIGKILL)
    assert process.poll(lambda: not (guest.folder / "run.json").exists(), 60)
    assert gone(groups)
