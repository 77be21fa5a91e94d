"""The whole platform under an own name on a real engine, as the tests drive it."""

import json
import os
import secrets
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVICES = ("requests", "pairing", "property", "notifications")
COMMAND_SECONDS = 420
"""A first build on two cores takes about a minute; more than this and something hangs."""


class Failed(Exception):
    """A command of the engine failed; the text is all that it said."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One project of Compose: its name, the variables it is started with."""

    name: str
    variables: Mapping[str, str]

    @classmethod
    def fresh(cls) -> "Platform":
        """A name and ports that nobody has; nothing is started yet."""
        name = f"linli-smoke-{secrets.token_hex(4)}"
        ports = zip(SERVICES, _free_ports(len(SERVICES)), strict=True)
        variables = {f"LINLI_{service.upper()}_PORT": str(port) for service, port in ports}
        return cls(name, {**variables, "LINLI_IMAGE": f"{name}:test"})

    def start(self) -> None:
        """What the README says, with a build; ``Failed`` with the parts' last words if it does."""
        try:
            self.compose("up", "--detach", "--build", "--wait")
        except Failed as failed:
            logs = self.compose("logs", "--no-color", "--tail", "40")
            raise Failed(f"{failed}\n{logs}") from failed

    def url(self, service: str) -> str:
        """Where a service answers on this machine."""
        return f"http://127.0.0.1:{self.variables[f'LINLI_{service.upper()}_PORT']}"

    def compose(self, *arguments: str, stdin: str = "") -> str:
        """`docker compose …` on this project; what it printed on both channels."""
        return self.engine("compose", "--project-name", self.name, *arguments, stdin=stdin)

    def engine(self, *arguments: str, stdin: str = "") -> str:
        """`docker …`; ``Failed`` with its words if it does."""
        done = subprocess.run(
            ["docker", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.variables},
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Failed(f"docker {' '.join(arguments)} -> {done.returncode}\n{done.stdout}")
        return done.stdout

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine knows of each service's one container, by the service's name."""
        ids = self.compose("ps", "--all", "--quiet").split()
        found: list[dict[str, Any]] = json.loads(self.engine("inspect", *ids))
        return {c["Config"]["Labels"]["com.docker.compose.service"]: c for c in found}

    def secrets(self) -> dict[str, str]:
        """Every secret of this deployment, read as only its first container may."""
        program = (
            "import json, pathlib; r = pathlib.Path('/run/linli');"
            "print(json.dumps({str(p.relative_to(r)): p.read_text() "
            "for p in r.rglob('*') if p.is_file()}))"
        )
        said = self.compose(
            "run", "--rm", "--no-deps", "--no-TTY", "--entrypoint", "python", "init", "-c", program
        )
        files: dict[str, str] = json.loads(said[said.index("{") :])
        return files

    def python_in(self, service: str, program: str) -> str:
        """Run a program inside a service's container, as that service; what it printed."""
        return self.compose("exec", "--no-TTY", service, "python", "-c", program)

    def end(self) -> None:
        """Remove it all: containers, volumes, networks, the image."""
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "20")
        self.engine("image", "rm", "--force", self.variables["LINLI_IMAGE"])


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports
