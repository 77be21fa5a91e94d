"""The command line on a real broker."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aio_pika
import pytest

from shared.bus import DeadLetters, Hearing, definitions, topology
from shared.bus.consumer import FIRST_SEEN, REASON
from shared.envelope import Envelope
from shared.tests.test_cli import run

pytestmark = pytest.mark.rabbit

QUEUE = "ear.all"
Said = pytest.CaptureFixture[str]


async def unheard(_: Envelope) -> None:
    """Never called: these tests read the queue themselves."""


@pytest.fixture
def file(tmp_path: Path, amqp_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A definitions file with one queue, and a broker to apply it to."""
    monkeypatch.setenv("LINLI_AMQP_URL", amqp_url)
    monkeypatch.setenv("LINLI_LANG", "en")
    wanted = topology("ear", [Hearing.everything(unheard)])
    path = tmp_path / "definitions.json"
    path.write_text(json.dumps(definitions(wanted)))
    monkeypatch.setenv("LINLI_DEFINITIONS", str(path))
    return path


async def _bury(url: str, **letter: Any) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(
            b'{"n": 1}',
            message_id=letter["id"],
            type=letter["type"],
            headers={REASON: letter["reason"], FIRST_SEEN: letter["seen"]},
        )
        await channel.default_exchange.publish(message, f"{QUEUE}.dead", mandatory=True)


@pytest.fixture
def buried(file: Path, amqp_url: str, capsys: Said) -> str:
    """Three dead letters."""
    assert run("topology", "apply") == 0
    for number, (kind, reason, seen) in enumerate(
        (
            ("a.b.c.v1", "store.taken", "2026-11-20T08:00:00+00:00"),
            ("a.b.c.v1", "KeyError", "2026-11-21T08:00:00+00:00"),
            ("d.e.f.v1", "KeyError", "2026-11-22T08:00:00+00:00"),
        )
    ):
        letter = {"id": f"evt_{number}", "type": kind, "reason": reason, "seen": seen}
        asyncio.run(_bury(amqp_url, **letter))
    capsys.readouterr()
    return amqp_url


def left(url: str) -> list[str]:
    return [letter.id for letter in asyncio.run(DeadLetters(url).oldest(QUEUE))]


def test_a_topology_is_applied_and_again_without_harm(file: Path, capsys: Said) -> None:
    for _ in range(2):
        assert run("topology", "apply") == 0
        assert "queues" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("meant", "ids"),
    [
        ((), ["evt_0", "evt_1", "evt_2"]),
        (("--queue", QUEUE), ["evt_0", "evt_1", "evt_2"]),
        (("--id", "evt_1", "--id", "evt_2"), ["evt_1", "evt_2"]),
        (("--type", "a.b.c.v1"), ["evt_0", "evt_1"]),
        (("--reason", "KeyError"), ["evt_1", "evt_2"]),
        (("--reason", "KeyError", "--type", "a.b.c.v1"), ["evt_1"]),
        (("--since", "2026-11-21T08:00"), ["evt_1", "evt_2"]),
        (("--until", "2026-11-21T16:00+08:00"), ["evt_0"]),
        (("--limit", "1"), ["evt_0"]),
    ],
)
def test_the_dead_are_listed_by_what_is_told_of_them(
    buried: str, meant: tuple[str, ...], ids: list[str], capsys: Said
) -> None:
    assert run("dead-letters", "list", *meant) == 0

    *lines, total = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[1] for line in lines] == ids
    assert f"{len(ids)} dead letters" in total
    assert len(left(buried)) == 3


def test_one_is_shown_with_its_body(buried: str, capsys: Said) -> None:
    assert run("dead-letters", "show", "--id", "evt_1") == 0
    assert '{"n": 1}' in capsys.readouterr().out
    assert run("dead-letters", "show", "--id", "evt_9") == 1


def test_the_chosen_go_back_to_their_queue_and_the_others_stay(buried: str, capsys: Said) -> None:
    assert run("dead-letters", "replay", "--reason", "KeyError") == 0

    said = capsys.readouterr().out
    assert "evt_1" in said
    assert "Sent back 2" in said
    assert left(buried) == ["evt_0"]


def test_the_chosen_are_dropped_and_all_only_if_all_are_meant(buried: str, capsys: Said) -> None:
    assert run("dead-letters", "drop", "--id", "evt_0") == 0
    assert left(buried) == ["evt_1", "evt_2"]
    assert run("dead-letters", "drop") == 1
    assert left(buried) == ["evt_1", "evt_2"]
    assert run("dead-letters", "drop", "--all") == 0
    assert left(buried) == []


def test_a_queue_that_is_not_there_is_one_clear_line(buried: str, capsys: Said) -> None:
    assert run("dead-letters", "list", "--queue", "nobody.knows") == 1
    assert "no queue nobody.knows" in capsys.readouterr().err
