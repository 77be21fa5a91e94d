"""Groups of processes: found, stopped whole, never mistaken for another."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deploy.local import ports, process
from deploy.local.words import Halt

STUBBORN = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); "
FAMILY = (
    "import subprocess,sys,time; c=subprocess.Popen([sys.executable,'-c','import time; "
    "time.sleep(60)']); print(c.pid); "
)


def begin(tmp_path: Path, code: str) -> process.Started:
    log = tmp_path / "child.log"
    argv = [sys.executable, "-u", "-c", code + "time.sleep(60)"]
    group = process.start("child", argv, log=log)
    assert process.poll(lambda: log.read_bytes().endswith(b"\n"), 10)
    return group


def test_a_group_is_stopped_with_its_children(tmp_path: Path) -> None:
    group = begin(tmp_path, FAMILY)
    grandchild = int(Path(group.log).read_text("utf-8"))
    assert group.alive
    process.stop(group)
    assert not group.alive
    assert process.identity(grandchild) is None


def test_a_group_whose_head_has_died_is_stopped_all_the_same(tmp_path: Path) -> None:
    group = begin(tmp_path, FAMILY)
    grandchild = int(Path(group.log).read_text("utf-8"))
    os.kill(group.pid, signal.SIGKILL)
    assert process.poll(lambda: not group.alive, 10)
    process.stop(group)
    assert process.identity(grandchild) is None


def test_a_group_that_ignores_sigterm_is_killed_when_its_grace_is_over(tmp_path: Path) -> None:
    group = begin(tmp_path, STUBBORN)
    start = time.monotonic()
    process.stop(group, grace_seconds=0.3)
    assert not group.alive
    assert 0.3 <= time.monotonic() - start < 10


def test_a_stranger_that_took_over_the_number_is_left_alone(tmp_path: Path) -> None:
    group = begin(tmp_path, STUBBORN)
    earlier = dataclasses.replace(group, born="1")
    assert not earlier.alive
    process.stop(earlier)
    assert group.alive
    process.stop(group, grace_seconds=0)


def test_an_interruption_while_a_child_is_started_leaves_it_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    popen, before = subprocess.Popen, signal.signal(signal.SIGUSR1, process.interrupt)

    def interrupted(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        child = popen(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGUSR1)
        return child

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    known = process.children()
    try:
        with pytest.raises(KeyboardInterrupt):
            begin(tmp_path, STUBBORN)
    finally:
        signal.signal(signal.SIGUSR1, before)
    started = [group for group in process.children() if group not in known]
    assert [group.name for group in started] == ["child"]
    process.stop_together(started, grace_seconds=0)
    assert process.children() == known


def test_the_end_of_what_a_process_said_fits_on_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\ntwo\n\nthree\n", "utf-8")
    group = process.Started("gone", 1, "1", str(log))
    assert process.last_lines(group, 2) == "three"
    assert process.last_lines(group, 4) == "one | two | three"
    assert process.last_lines(dataclasses.replace(group, log=str(tmp_path / "none"))) == ""


def test_a_busy_port_is_named_with_the_variable_that_moves_it() -> None:
    import socket

    with socket.socket() as holder:
        holder.bind((ports.HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert ports.answers(port)
        with pytest.raises(Halt) as halted:
            ports.refuse_busy({"PORT_MONGO": port})
        assert halted.value.facts == {"port": port, "variable": "PORT_MONGO"}
    ports.refuse_busy({"PORT_MONGO": port})
    assert not ports.answers(port)


def test_free_ports_are_all_different_and_none_is_given_to_outgoing_connections() -> None:
    found = ports.free(20)
    assert len(set(found)) == 20
    assert max(found) < 32768
