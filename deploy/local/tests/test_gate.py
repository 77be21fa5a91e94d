"""A gate lets through what it is told to, and leaves nothing open behind itself."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.gate import Gate
from deploy.local.ports import HOST

pytestmark = pytest.mark.asyncio


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(100):
        writer.write(chunk)
    writer.close()


@pytest_asyncio.fixture
async def gate() -> AsyncIterator[Gate]:
    """Before a server that sends back what it gets."""
    server = await asyncio.start_server(_echo, HOST, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        gate = await Gate.before(f"amqp://user:word@{HOST}:{port}/host")
        yield gate
        await gate.shut()


async def _asked(gate: Gate, word: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, gate.port)
    try:
        writer.write(word)
        return await asyncio.wait_for(reader.read(100), 5)
    finally:
        writer.close()


async def test_an_open_gate_lets_through_both_ways(gate: Gate) -> None:
    assert await _asked(gate, b"hello") == b"hello"
    assert gate.url == f"amqp://user:word@{HOST}:{gate.port}/host"


async def test_a_shut_gate_breaks_what_there_is_refuses_what_comes_and_opens_at_the_same_port(
    gate: Gate,
) -> None:
    reader, writer = await asyncio.open_connection(HOST, gate.port)
    writer.write(b"hello")
    assert await asyncio.wait_for(reader.read(100), 5) == b"hello"
    await gate.shut()
    assert await asyncio.wait_for(reader.read(100), 5) == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await _asked(gate, b"hello")
    await gate.open()
    assert await _asked(gate, b"again") == b"again"


async def test_a_frozen_gate_holds_back_what_it_got_until_it_is_thawed(gate: Gate) -> None:
    gate.freeze()
    answer = asyncio.create_task(_asked(gate, b"hello"))
    _, pending = await asyncio.wait([answer], timeout=0.1)
    assert pending
    gate.thaw()
    assert await answer == b"hello"


@pytest.mark.parametrize("rounds", range(8))
async def test_who_comes_while_it_shuts_is_not_left_open(gate: Gate, rounds: int) -> None:
    """An unclosed socket fails this test as a warning, whenever in these rounds it came."""
    with socket.create_connection((HOST, gate.port)) as client:
        for _ in range(rounds):
            await asyncio.sleep(0)
        await gate.shut()
        gc.collect()
        client.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(1) == b""
    gc.collect()
