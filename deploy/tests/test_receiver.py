"""The sample receiver keeps what is signed, once, and refuses all else."""

import base64
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks import Webhook

from deploy.receiver import BODY_BYTES_MAX, Book, Secrets, create_receiver
from shared.clock import SystemClock

NEW = "whsec_" + base64.b64encode(b"new" * 8).decode()
OLD = "whsec_" + base64.b64encode(b"old" * 8).decode()
HOOK = {"type": "property.incident.reported.v1", "subject": "inc_1", "sequence": 1, "data": {}}


class Outfit:
    """A receiver with its files and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.secret_file = folder / "secret"
        self.file = folder / "deep" / "received.jsonl"
        self.said: list[str] = []

    def build(self) -> Any:
        book = Book(self.file, SystemClock())
        return create_receiver(Secrets(self.secret_file), book, self.said.append)

    def kept(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]


@pytest.fixture
def outfit(tmp_path: Path) -> Outfit:
    outfit = Outfit(tmp_path)
    outfit.secret_file.write_text(f"{NEW}\n{OLD}\n")
    return outfit


@pytest.fixture
async def client(outfit: Outfit) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(outfit.build())) as client:
        yield client


def signed(
    body: bytes, *, secret: str = NEW, msg_id: str = "msg_1", age: timedelta = timedelta()
) -> dict[str, str]:
    sent = datetime.now(UTC) - age  # noqa: TID251  the library compares with the machine's clock
    return {
        "webhook-id": msg_id,
        "webhook-timestamp": str(int(sent.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id, sent, body.decode()),
        "content-type": "application/json",
    }


async def send(client: TestClient[Any, Any], body: bytes, headers: dict[str, str]) -> int:
    async with client.post("/hooks", data=body, headers=headers) as response:
        return response.status


BODY = json.dumps(HOOK).encode()


async def test_a_signed_message_is_kept_with_its_facts_and_printed_on_one_line(
    client: TestClient[Any, Any], outfit: Outfit
) -> None:
    assert await send(client, BODY, signed(BODY)) == 204
    (entry,) = outfit.kept()
    assert datetime.fromisoformat(entry.pop("received_at")).tzinfo is not None
    assert entry == {
        "webhook_id": "msg_1",
        "type": "property.incident.reported.v1",
        "subject": "inc_1",
        "sequence": 1,
        "body": HOOK,
    }
    assert outfit.said == ["received property.incident.reported.v1 inc_1 #1"]


async def test_a_repeated_webhook_id_is_acknowledged_and_not_written_twice(
    client: TestClient[Any, Any], outfit: Outfit
) -> None:
    assert [await send(client, BODY, signed(BODY)) for _ in range(3)] == [204, 204, 204]
    assert len(outfit.kept()) == 1


async def test_a_repeat_is_known_after_a_restart_too(outfit: Outfit) -> None:
    for _ in range(2):
        async with TestClient(TestServer(outfit.build())) as client:
            assert await send(client, BODY, signed(BODY)) == 204
    assert len(outfit.kept()) == 1


async def test_a_line_left_half_written_by_a_kill_is_dropped_and_received_again(
    outfit: Outfit,
) -> None:
    async with TestClient(TestServer(outfit.build())) as client:
        await send(client, BODY, signed(BODY))
    with outfit.file.open("ab") as file:
        file.write(b'{"received_at": "2026-')
    async with TestClient(TestServer(outfit.build())) as client:
        assert await send(client, BODY, signed(BODY, msg_id="msg_2")) == 204
    assert [entry["webhook_id"] for entry in outfit.kept()] == ["msg_1", "msg_2"]


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"webhook-signature": "v1,AAAA"}, "wrong signature"),
        ({"webhook-signature": "v1 no comma"}, "no comma"),
        ({"webhook-signature": "v1,a,b"}, "two commas"),
        ({"webhook-signature": "v1,%%%"}, "no base64"),
        ({"webhook-signature": ""}, "empty"),
        ({"webhook-id": "msg_other"}, "another id"),
        ({"webhook-timestamp": "0"}, "too old"),
        ({"webhook-timestamp": "soon"}, "no number"),
    ],
)
async def test_a_message_that_does_not_verify_is_refused_and_not_kept(
    client: TestClient[Any, Any], outfit: Outfit, spoilt: dict[str, str], why: str
) -> None:
    assert await send(client, BODY, signed(BODY) | spoilt) == 401, why
    assert outfit.kept() == []


async def test_an_old_message_is_refused(client: TestClient[Any, Any], outfit: Outfit) -> None:
    assert await send(client, BODY, signed(BODY, age=timedelta(minutes=6))) == 401
    assert outfit.kept() == []


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[1]", b"not json", b"", BODY + b" "])
async def test_a_body_other_than_the_one_signed_or_no_object_is_refused(
    client: TestClient[Any, Any], body: bytes
) -> None:
    text = body if body in (b"[1]", b"not json") else BODY
    assert await send(client, body, signed(text)) == 401


async def test_a_body_over_the_limit_is_refused_unread(client: TestClient[Any, Any]) -> None:
    body = b'"' + b"x" * BODY_BYTES_MAX + b'"'
    assert await send(client, body, signed(body)) == 413


async def test_any_of_several_secrets_fits_while_one_is_changed_for_another(
    client: TestClient[Any, Any],
) -> None:
    assert await send(client, BODY, signed(BODY, secret=OLD)) == 204


async def test_the_secret_may_come_later_and_may_change(outfit: Outfit) -> None:
    outfit.secret_file.unlink()
    async with TestClient(TestServer(outfit.build())) as client:
        assert await send(client, BODY, signed(BODY)) == 401
        outfit.secret_file.write_text(f"{NEW}\n\nwhsec_\nwhsec_ü\n")
        assert await send(client, BODY, signed(BODY)) == 204
        outfit.secret_file.write_text(OLD)
        os.utime(outfit.secret_file, (1, 1))
        assert await send(client, BODY, signed(BODY, msg_id="msg_2")) == 401
        assert await send(client, BODY, signed(BODY, msg_id="msg_3", secret=OLD)) == 204


async def test_what_was_received_is_read_on_from_a_position(client: TestClient[Any, Any]) -> None:
    await send(client, BODY, signed(BODY))
    first = await (await client.get("/received")).json()
    await send(client, BODY, signed(BODY, msg_id="msg_2"))
    second = await (await client.get(f"/received?since={first['next']}")).json()
    assert [item["webhook_id"] for item in first["items"]] == ["msg_1"]
    assert [item["webhook_id"] for item in second["items"]] == ["msg_2"]
    beyond = await (await client.get(f"/received?since={second['next']}")).json()
    assert beyond == {"items": [], "next": second["next"]}
    for strange in ("-1", "3", "x", "9" * 30):
        assert (await client.get(f"/received?since={strange}")).status == 400, strange
    assert (await client.get("/health")).status == 200
