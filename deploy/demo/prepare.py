"""Brings running services to the demo and leaves ``.local/demo.json`` for people and programs.

``make up`` and ``make demo-data`` call ``prepare`` once the services and the receiver are ready;
what it gives is what the file holds, and what ``deploy.stories.run`` takes.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.demo import people
from deploy.demo.estates import EAST
from deploy.demo.load import DemoData, load
from deploy.demo.sandbox import load_sandbox
from deploy.demo.size import Size
from deploy.stories.company import incident_body
from deploy.stories.repair import lamp_body
from deploy.stories.resident import request_body
from shared.auth import SigningKey
from shared.clock import SystemClock

DEMO_FILE, SECRET_FILE, RECEIVED_FILE = "demo.json", "receiver.secret", "received.jsonl"
"""In the folder of the local run: the second and third are the receiver's options."""


async def prepare(
    home: Path, urls: Mapping[str, str], receiver_url: str, size: Size
) -> dict[str, Any]:
    """Load what is not there yet, with fresh tokens, and write ``demo.json``; twice is no fault.

    ``home`` holds ``keys`` (made by ``shared.auth.generate_keys``) and gets the files above, both
    secret ones with mode 0600. ``receiver_url`` is the receiver's address without a path. Errors:
    ``Refused`` and ``TooLate`` of ``deploy.client``.
    """
    key, now = SigningKey.load(home / "keys"), SystemClock().now()
    tokens = people.tokens(key, now=now)
    data = await load(urls, tokens, f"{receiver_url}/hooks", size, _kept(home))
    sandbox = await load_sandbox(urls, key, now=now, known=_kept_in_sandbox(home))
    demo = {
        "urls": dict(urls),
        "keys": {"contractor": data.contractor_key, **tokens},
        "receiver": {"url": receiver_url, "file": str((home / RECEIVED_FILE).resolve())},
        # It ends with a slash: some clients put their paths right behind it, others one more.
        "open311": {"endpoint": f"{urls['requests']}/open311/v2/", "api_key": data.city_key},
        "pages": pages(urls),
        "sandbox": sandbox,
        "examples": _examples(urls, data.contractor_key, tokens["resident"]),
    }
    write_secret(home / SECRET_FILE, data.receiver_secret + "\n")
    write_secret(home / DEMO_FILE, json.dumps(demo, indent=2, ensure_ascii=False) + "\n")
    return demo


def pages(urls: Mapping[str, str]) -> dict[str, str]:
    """Where people without an account ask for something on an estate, and where they follow it."""
    place = f"{urls['requests']}/api/requests/v1/open/pages"
    return {"report": f"{place}/estates/{EAST.id}", "tracking": f"{place}/tracking"}


def write_secret(path: Path, text: str) -> None:
    """Whole or not at all, for its owner's eyes alone from the first byte."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)


def _kept(home: Path) -> DemoData | None:
    """The secrets of an earlier run; None if they are lost, then new ones are asked for."""
    try:
        demo = json.loads((home / DEMO_FILE).read_text("utf-8"))
        secret = (home / SECRET_FILE).read_text("utf-8").strip()
        city = demo.get("open311", {}).get("api_key", "")
        return DemoData(demo["keys"]["contractor"], secret, city)
    except (OSError, ValueError, KeyError):
        return None


def _kept_in_sandbox(home: Path) -> str:
    """The integrators' key of an earlier run; empty if there is none."""
    try:
        return str(json.loads((home / DEMO_FILE).read_text("utf-8"))["sandbox"]["key"])
    except (OSError, ValueError, KeyError):
        return ""


def _examples(urls: Mapping[str, str], key: str, resident: str) -> dict[str, Any]:
    """Three calls that any HTTP client can send as they stand, as often as it likes."""
    asked = f"{urls['requests']}/api/requests/v1"
    return {
        "incident": _example(f"{urls['property']}/api/property/v1/incidents", key, incident_body()),
        "request": _example(f"{asked}/requests", resident, request_body()),
        "guest": _example(f"{asked}/open/requests", None, lamp_body()),
    }


def _example(url: str, token: str | None, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return {"method": "POST", "url": url, "headers": headers, "body": body}
