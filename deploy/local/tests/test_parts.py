"""The parts themselves: what the fixtures promise to every other test."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from pymongo import AsyncMongoClient, MongoClient
from pymongo.write_concern import WriteConcern

from deploy.local import fetch, given, ports, process
from deploy.local.fetch import TOOLS
from deploy.local.gate import Gate
from deploy.local.lone import Lone
from deploy.local.mongo import MongoNode
from deploy.local.parts import start_mongo, wait_for
from deploy.local.words import Halt


@pytest.mark.mongo
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database_that_knows_transactions(
    mongo_url: str, mongo_name: str, turn: int
) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
    with client, client.start_session() as session:
        things = client[mongo_name]["things"]
        assert things.count_documents({}) == 0
        with session.start_transaction():
            things.insert_one({"_id": "one", "turn": turn}, session=session)
        assert things.count_documents({}) == 1


@pytest.mark.rabbit
@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_has_a_virtual_host_of_its_own_with_quorum_queues(
    amqp_url: str, turn: int
) -> None:
    connection = await aio_pika.connect_robust(amqp_url)
    async with connection, connection.channel() as channel:
        queue = await channel.declare_queue(
            "things", durable=True, arguments={"x-queue-type": "quorum"}
        )
        assert queue.declaration_result.message_count == 0
        message = aio_pika.Message(str(turn).encode())
        await channel.default_exchange.publish(message, routing_key="things")
        got = await queue.get(timeout=5)
        assert got.body == str(turn).encode()
        await got.ack()


@pytest.mark.rabbit
async def test_a_shut_gate_takes_the_broker_away_and_an_opened_one_brings_it_back(
    amqp_url: str, gate: Callable[[str], Awaitable[Gate]]
) -> None:
    way = await gate(amqp_url)
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
    await way.shut()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", way.port)
    await way.open()
    async with await aio_pika.connect(way.url):
        pass


@pytest.mark.mongo
async def test_a_frozen_gate_answers_nothing_until_it_thaws(
    mongo_url: str, gate: Callable[[str], Awaitable[Gate]]
) -> None:
    way = await gate(mongo_url)
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(way.url)
    async with client:
        await client.admin.command("ping")
        way.freeze()
        asked = asyncio.create_task(client.admin.command("ping"))
        done, _ = await asyncio.wait([asked], timeout=0.3)
        assert not done
        way.thaw()
        assert (await asked)["ok"] == 1.0


@pytest.mark.rabbit
async def test_a_stopped_broker_starts_again_with_what_it_had_confirmed(lone_rabbit: Lone) -> None:
    async with await aio_pika.connect(lone_rabbit.url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True, arguments={"x-queue-type": "quorum"})
        await channel.default_exchange.publish(
            aio_pika.Message(b"told", delivery_mode=2), routing_key="kept"
        )
    lone_rabbit.stop()
    lone_rabbit.start()
    async with await aio_pika.connect(lone_rabbit.url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("kept")
        assert (await queue.get(timeout=10)).body == b"told"


@pytest.mark.mongo
def test_a_killed_store_starts_again_with_what_it_had_committed(lone_mongo: Lone) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(lone_mongo.url)
    with client:
        client["kept"]["things"].with_options(write_concern=WriteConcern("majority")).insert_one(
            {"_id": "one"}
        )
        lone_mongo.kill()
        lone_mongo.start()
        assert client["kept"]["things"].count_documents({}) == 1


@pytest.mark.mongo
def test_a_store_started_at_another_port_leads_again_with_its_data(tmp_path: Path) -> None:
    groups: list[process.Started] = []
    try:
        for turn, port in enumerate(ports.free(2)):
            server = MongoNode(tmp_path, TOOLS, port)
            start_mongo(server, groups.append)()
            client: MongoClient[dict[str, Any]] = MongoClient(server.url)
            with client:
                assert client["kept"]["things"].count_documents({}) == turn
                client["kept"]["things"].insert_one({"_id": turn})
            process.stop_all(groups)
    finally:
        process.stop_all(groups)


@pytest.mark.mongo
def test_a_named_store_that_is_no_replica_set_is_refused(tmp_path: Path) -> None:
    port = ports.free(1)[0]
    argv = [str(fetch.mongod(TOOLS)), "--dbpath", str(tmp_path), "--port", str(port)]
    argv += ["--bind_ip", ports.HOST, "--nounixsocket"]
    group = process.start("mongod", argv, log=tmp_path / "log")
    try:
        wait_for(group, lambda: ports.answers(port), 60)
        with pytest.raises(Halt, match="--replSet"):
            given.check_mongo(f"mongodb://{ports.HOST}:{port}/")
    finally:
        process.stop(group)
