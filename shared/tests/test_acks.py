"""Acknowledgements that are put together: each message once, and none to a channel that is gone."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import aiormq
import pamqp.frame

from shared.bus.acks import Acks


@dataclass(eq=False)
class Line:
    """A channel that keeps what is to be written."""

    number: int = 1
    is_closed: bool = False
    write_queue: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    @property
    def connection(self) -> "Line":
        return self

    def acknowledged(self) -> list[list[int]]:
        writes = []
        while not self.write_queue.empty():
            rest, tags = self.write_queue.get_nowait().payload, []
            while rest:
                size, channel, frame = pamqp.frame.unmarshal(rest)
                assert isinstance(frame, aiormq.spec.Basic.Ack)
                assert (channel, frame.multiple) == (self.number, False)
                tags.append(frame.delivery_tag)
                rest = rest[size:]
            writes.append(tags)
        return writes


def message(line: Line, tag: int | None) -> Any:
    return SimpleNamespace(channel=line, delivery_tag=tag)


async def test_those_of_one_turn_share_a_write_and_each_is_named_once() -> None:
    one, two, acks = Line(1), Line(2), Acks()
    for tag in (3, 1, 2):
        acks.add(message(one, tag))
    acks.add(message(two, 1))
    await acks.sent()
    acks.add(message(one, 4))
    await acks.sent()

    assert one.acknowledged() == [[3, 1, 2], [4]]
    assert two.acknowledged() == [[1]]


async def test_a_channel_that_is_gone_is_written_nothing() -> None:
    line, acks = Line(), Acks()
    acks.add(message(line, 1))
    line.is_closed = True
    await acks.sent()

    assert line.acknowledged() == []


async def test_what_was_sent_without_asking_is_not_acknowledged() -> None:
    line, acks = Line(), Acks()
    acks.add(message(line, None))
    await acks.sent()

    assert line.acknowledged() == []
