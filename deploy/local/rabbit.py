"""A RabbitMQ node of one's own: own name, ports, data, cookie, and its own epmd."""

import base64
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from deploy.local import fetch
from deploy.local.ports import HOST
from deploy.local.process import Started, start, with_many_files

USER = PASSWORD = "guest"
"""RabbitMQ's own default, which it accepts from this machine alone."""

READY_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class RabbitPorts:
    """The four ports of a node; ``epmd`` names nodes, ``dist`` is for its own tools."""

    amqp: int
    management: int
    dist: int
    epmd: int


@dataclass(frozen=True, slots=True)
class RabbitNode:
    """Where the node keeps its things and where it listens."""

    home: Path
    ports: RabbitPorts

    @property
    def url(self) -> str:
        """What clients connect to."""
        return amqp_url(self.ports.amqp)

    @property
    def admin_url(self) -> str:
        """The management API, without its ``/api``."""
        return f"http://{USER}:{PASSWORD}@{HOST}:{self.ports.management}"

    def start_names(self) -> Started:
        """Start the node's own epmd, so that none outlives it unseen."""
        argv = [str(fetch.epmd()), "-port", str(self.ports.epmd), "-address", HOST]
        return start("epmd", argv, log=self.home / "log" / "epmd.log", environment=self._own())

    def start(self) -> Started:
        """Start the node; its epmd must run. Ready when ``ready`` says so."""
        self._write()
        log = self.home / "log" / "rabbitmq.log"
        argv = with_many_files([str(fetch.rabbitmq())])
        return start("rabbitmq", argv, log=log, environment=self._own())

    def ready(self) -> bool:
        """True once the node has booted and its management API answers."""
        return admin_ready(self.admin_url)

    def _write(self) -> None:
        """The node's files; the cookie is its own, so that it joins nobody."""
        for folder in (self.home / "data", self.home / "log"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.home / "enabled_plugins").write_text("[rabbitmq_management].\n", "utf-8")
        (self.home / "env.conf").write_text("", "utf-8")
        (self.home / "rabbitmq.conf").write_text(self._config(), "utf-8")

    def _config(self) -> str:
        lines = {
            "listeners.tcp.1": f"{HOST}:{self.ports.amqp}",
            "management.tcp.ip": HOST,
            "management.tcp.port": self.ports.management,
            "log.console": "false",
            "log.file": "rabbitmq-node.log",
            "log.file.level": "info",
            "vm_memory_high_watermark.relative": "0.4",
            "disk_free_limit.absolute": "50MB",
            "loopback_users.guest": "true",
        }
        return "".join(f"{name} = {value}\n" for name, value in lines.items())

    def _own(self) -> dict[str, str]:
        home = str(self.home)
        foreign = ("RABBITMQ_", "ERL_", "NOTIFY_SOCKET")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        local = f"{{{HOST.replace('.', ',')}}}"
        return {
            **kept,
            "HOME": home,
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "RABBITMQ_NODENAME": "linli@localhost",
            "RABBITMQ_DIST_PORT": str(self.ports.dist),
            "RABBITMQ_MNESIA_BASE": f"{home}/data",
            "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_CONF_ENV_FILE": f"{home}/env.conf",
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{home}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/enabled_plugins",
            "RABBITMQ_PID_FILE": f"{home}/pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {local}",
            # the script then becomes the node itself instead of a shell that waits for it
            "RUNNING_UNDER_SYSTEMD": "true",
        }


def amqp_url(port: int, host: str = HOST) -> str:
    """The default virtual host of a broker on this machine."""
    return f"amqp://{USER}:{PASSWORD}@{host}:{port}/"


def admin_ready(admin_url: str) -> bool:
    """True once this management API answers, which is after the node has booted."""
    try:
        return bool(admin(admin_url, "GET", "/api/overview"))
    except OSError:
        return False


def admin(admin_url: str, method: str, path: str, body: object = None) -> object:
    """One call of the management API; ``OSError`` (``HTTPError`` is one) if it does not do it."""
    scheme, _, rest = admin_url.partition("://")
    credentials, _, address = rest.rpartition("@")
    request = urllib.request.Request(f"{scheme}://{address}{path}", method=method)
    request.add_header("Authorization", f"Basic {base64.b64encode(credentials.encode()).decode()}")
    request.add_header("Content-Type", "application/json")
    request.data = b"" if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, timeout=10) as answer:
        said = answer.read()
    return json.loads(said) if said else {}
