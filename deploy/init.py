"""Makes the deployment's secrets, once: one folder for each part that reads them.

`python -m deploy.init` is the first thing that `docker compose up` runs. A secret is drawn from the
system's random source, written with mode 0400 and never changed afterwards; what follows from it
(addresses with a password in them, RabbitMQ's definitions with the password's hash) is written anew
at each start. The token key is made here too; its public half has a folder of its own, so that no
service sees the private one. There is no default to forget: a part without its secret does not
start.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from shared.auth.issuer import PRIVATE_FILE, PUBLIC_FILE, SigningKey, generate_keys

SERVICES: Final = ("requests", "pairing", "property", "notifications")
OPERATOR: Final = "operator"
BROKER_USERS: Final = (*SERVICES, OPERATOR)
VHOST: Final = "/"
REPLICA_SET: Final = "linli"
DEFINITIONS: Final = Path(__file__).parent / "rabbitmq" / "definitions.json"


class Refused(Exception):
    """The secrets cannot be made or read; the text says which and what to do."""


def main() -> int:
    """Makes what is missing under the folder given (default /run/linli); 1 if it cannot."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "/run/linli")
    try:
        made = make(root, json.loads(DEFINITIONS.read_text("utf-8")))
    except (Refused, OSError) as error:
        print(f"init: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"init: {made} secrets made, the others kept")  # noqa: T201
    return 0


def make(root: Path, topology: Mapping[str, Any]) -> int:
    """Makes every missing secret under `root` and what follows from them; how many were made."""
    made = 0

    def once(folder: str, name: str, draw: Callable[[], str]) -> str:
        nonlocal made
        text, new = _kept(root / folder / name, draw)
        made += new
        return text

    once("mongo", "keyfile", lambda: base64.b64encode(secrets.token_bytes(756)).decode())
    once("mongo", "root", _password)
    once("rabbitmq", "erlang_cookie", _password)
    broker = {user: once("rabbitmq", f"{user}.password", _password) for user in BROKER_USERS}
    for service in SERVICES:
        store = once("mongo", service, _password)
        write(root / service / "mongo_url", mongo_url(service, store))
        once(service, "api_key_pepper", _password)
    once("notifications", "secret_key", sealing_key)
    once("requests", "link_keys", lambda: f"first={sealing_key()}")
    once("requests", "case_keys", lambda: f"first={sealing_key()}")
    once("pairing", "care_keys", lambda: f"first={sealing_key()}")
    once("property", "register_keys", lambda: f"first={sealing_key()}")
    once("property", "lookup_keys", lambda: f"first={sealing_key()}")
    for user, password in broker.items():
        write(root / user / "amqp_url", amqp_url(user, password))
    write(root / OPERATOR / "password", broker[OPERATOR])
    write(root / "rabbitmq" / "definitions.json", json.dumps(definitions(topology, broker)))
    return made + _token_key(root / "keys", root / "jwks")


def mongo_url(service: str, password: str) -> str:
    """The store as one service sees it: its own database, its own user, known there alone."""
    return (
        f"mongodb://{service}:{password}@mongo:27017/{service}"
        f"?replicaSet={REPLICA_SET}&authSource={service}&w=majority&retryWrites=true"
    )


def amqp_url(user: str, password: str) -> str:
    """The broker as one user sees it, in the default virtual host."""
    return f"amqp://{user}:{password}@rabbitmq:5672/"


def definitions(topology: Mapping[str, Any], passwords: Mapping[str, str]) -> dict[str, Any]:
    """The committed topology with the users added: hashes instead of passwords, least rights."""
    services = [user for user in passwords if user != OPERATOR]
    return {
        **topology,
        "users": [
            {
                "name": user,
                "password_hash": password_hash(password, secrets.token_bytes(4)),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"] if user == OPERATOR else [],
            }
            for user, password in passwords.items()
        ],
        "permissions": [
            *(_service_rights(service) for service in services),
            {"user": OPERATOR, "vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"},
        ],
        "topic_permissions": [_told_by(service) for service in services],
    }


def password_hash(password: str, salt: bytes) -> str:
    """As RabbitMQ keeps it: base64 of salt (4 bytes) and SHA-256 of salt and password."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _service_rights(service: str) -> dict[str, str]:
    """Its own queues and ladder; the shared exchange; nobody else's messages to read.

    `amq.default` is how a queue dead-letters and a dead letter is replayed. Whoever may write there
    may write to any queue; what comes in by that way still has to name a known event.
    """
    own = rf"{service}\..+"
    return {
        "user": service,
        "vhost": VHOST,
        "configure": rf"^(linli\.events|{own})$",
        "write": rf"^(linli\.events|amq\.default|{own})$",
        "read": rf"^(linli\.events|{own})$",
    }


def _told_by(service: str) -> dict[str, str]:
    """A service tells events in its own name alone, and may hear all of them."""
    return {
        "user": service,
        "vhost": VHOST,
        "exchange": "linli.events",
        "write": rf"^{service}\.",
        "read": ".*",
    }


def _token_key(private: Path, public: Path) -> bool:
    """The embedded issuer's key, and the part of it that checks tokens; whether it was made."""
    new = not (private / PRIVATE_FILE).exists()
    try:
        key = generate_keys(private) if new else SigningKey.load(private)
    except (FileExistsError, ValueError) as error:
        raise Refused(f"the token key in {private} is incomplete: {error}; restore it") from error
    write(public / PUBLIC_FILE, json.dumps(key.jwks()))
    return new


def _password() -> str:
    return secrets.token_urlsafe(32)  # 256 bits; needs no escaping in a URL


def sealing_key() -> str:
    """A new key for ``shared.sealing``."""
    return base64.b64encode(secrets.token_bytes(32)).decode()  # AES-256


def _kept(path: Path, draw: Callable[[], str]) -> tuple[str, bool]:
    """What the file holds, written now if it is not there; whether it was."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = draw()
        write(path, text)
        return text, True
    except OSError as error:
        raise Refused(
            f"{path} cannot be read ({error.strerror}); give it back to its owner"
        ) from error
    if not text.strip():
        raise Refused(f"{path} is empty; restore it, or remove it if its part holds no data yet")
    return text, False


def write(path: Path, text: str) -> None:
    """Whole or not at all, readable by its owner alone from the first byte."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
