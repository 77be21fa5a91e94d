"""The four services and the sample receiver as processes, and the secrets they are given."""

import base64
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.demo.estates import COMMUNITY
from deploy.demo.prepare import RECEIVED_FILE, SECRET_FILE, write_secret
from deploy.local import process
from deploy.local.fetch import ROOT
from deploy.local.options import SERVICES, Options
from deploy.local.ports import HOST
from deploy.local.process import Started
from deploy.local.words import Halt
from shared.auth import generate_keys

READY_SECONDS = 60.0
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Stack:
    """Where it lives and which brokers it uses."""

    options: Options
    mongo_url: str
    amqp_url: str

    @property
    def urls(self) -> dict[str, str]:
        """The address of each service."""
        return {name: self.url(name) for name in SERVICES}

    def url(self, name: str) -> str:
        """The address of one service, or of the receiver."""
        return f"http://{HOST}:{self.options.service_port(name)}"

    def make_secrets(self) -> None:
        """Draw what is not there yet: signing keys and secrets, for the owner's eyes alone."""
        keys = self.options.home / "keys"
        if not keys.is_dir():
            generate_keys(keys)
        folder = self.options.home / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, draw in _SECRETS.items():
            if not (folder / name).is_file():
                write_secret(folder / name, draw() + "\n")

    def apply_topology(self) -> None:
        """Declare all exchanges and queues; halts if the broker refuses."""
        done = subprocess.run(
            [sys.executable, "-m", "shared.cli", "topology", "apply"],
            cwd=ROOT,
            env=self.environment(os.environ),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise Halt("topology.failed", reason=lines[-1] if lines else "?")

    def start_service(self, name: str) -> Started:
        """Start one of the four."""
        port = str(self.options.service_port(name))
        return self._start(name, ["shared.cli", "serve", name, "--port", port])

    def start_receiver(self) -> Started:
        """Start what stands for the committee's program."""
        home = self.options.home
        argv = ["deploy.receiver", "--port", str(self.options.service_port("receiver"))]
        argv += ["--file", str(home / RECEIVED_FILE), "--secret-file", str(home / SECRET_FILE)]
        return self._start("receiver", argv)

    def ready(self, name: str) -> bool:
        """True once it says so itself."""
        path = "/health" if name == "receiver" else "/health/ready"
        try:
            with urllib.request.urlopen(self.url(name) + path, timeout=3):
                return True
        except OSError:
            return False

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """What every process is told; where it differs from ``given``, it wins."""
        folder = self.options.home / "secrets"
        told = {
            "LINLI_MONGO_URL": self.mongo_url,
            "LINLI_AMQP_URL": self.amqp_url,
            "LINLI_JWKS_FILE": str(self.options.home / "keys" / "jwks.json"),
            "LINLI_API_KEY_PEPPER_FILE": str(folder / "api_key_pepper"),
            "REQUESTS_LINK_KEYS_FILE": str(folder / "link_keys"),
            "REQUESTS_CASE_KEYS_FILE": str(folder / "case_keys"),
            "PAIRING_CARE_KEYS_FILE": str(folder / "care_keys"),
            "PROPERTY_REGISTER_KEYS_FILE": str(folder / "register_keys"),
            "PROPERTY_LOOKUP_KEYS_FILE": str(folder / "lookup_keys"),
            "NOTIFICATIONS_SECRET_KEY_FILE": str(folder / "notifications_secret_key"),
            "REQUESTS_OPEN311_JURISDICTIONS": COMMUNITY,
            # for the receiver on this machine; in production neither is set
            "NOTIFICATIONS_ALLOW_HTTP": "true",
            "NOTIFICATIONS_ALLOW_PRIVATE_CIDRS": "127.0.0.0/8",
            "PYTHONUNBUFFERED": "1",
        }
        both = {name.removesuffix("_FILE") for name in told}
        kept = {
            name: value for name, value in given.items() if name.removesuffix("_FILE") not in both
        }
        return kept | told

    def _start(self, name: str, argv: list[str]) -> Started:
        return process.start(
            name,
            [sys.executable, "-m", *argv],
            log=self.options.home / "log" / f"{name}.log",
            environment=self.environment(os.environ),
            folder=ROOT,
        )


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


_SECRETS: Mapping[str, Callable[[], str]] = {
    "api_key_pepper": _random,
    "notifications_secret_key": _random,
    "link_keys": lambda: f"local={_random()}",
    "case_keys": lambda: f"local={_random()}",
    "care_keys": lambda: f"local={_random()}",
    "register_keys": lambda: f"local={_random()}",
    "lookup_keys": lambda: f"local={_random()}",
}
