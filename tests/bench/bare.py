"""What a careful engineer would write without us: the alternatives that every row is held against.

``python -m tests.bench.bare http PORT``, ``consume QUEUE COUNT`` and ``publish COUNT``; each in a
process of its own, with uvloop. They have no authentication, logs or metrics; ours has all of them.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import aio_pika
import uvicorn
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, ConfigDict, Field
from pymongo import WriteConcern
from pymongo.read_concern import ReadConcern

DATABASE = "bench_bare"
OUTSTANDING = 200


class Visibility(StrEnum):
    PUBLIC = "public"
    STAFF = "staff"
    CONFIDENTIAL = "confidential"


Id = Annotated[str, Field(min_length=1, max_length=64)]


class Submission(BaseModel):
    """The same body as ours."""

    model_config = ConfigDict(extra="forbid")

    service_code: Id
    estate_id: Id
    dwelling_id: Id | None = None
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    visibility: Visibility | None = None


class Made(BaseModel):
    id: str


def fresh() -> str:
    return uuid.uuid4().hex  # noqa: TID251  the bare way


def now_utc() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the bare way


def client() -> AsyncIOMotorClient[dict[str, Any]]:
    return AsyncIOMotorClient(os.environ["BENCH_MONGO_URL"], tz_aware=True)


def http() -> FastAPI:
    """One route that stores nothing, one that stores by a transaction per request."""
    state: dict[str, AsyncIOMotorClient[dict[str, Any]]] = {}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state["mongo"] = client()
        database = state["mongo"][DATABASE]
        for name in ("requests", "outbox"):
            if name not in await database.list_collection_names():
                await database.create_collection(name)
        yield
        state["mongo"].close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/noop", status_code=201)
    async def noop(body: Submission) -> Made:
        return Made(id=fresh())

    @app.post("/transaction", status_code=201)
    async def transaction(body: Submission) -> Made:
        mongo = state["mongo"]
        made, now = fresh(), now_utc()
        async with (
            await mongo.start_session() as session,
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority")
            ),
        ):
            entity = {"_id": made, "state": "submitted", "at": now, **body.model_dump()}
            event: dict[str, Any] = {
                "_id": fresh(),
                "type": "requests.request.submitted.v1",
            }
            event |= {"at": now, "data": {"request_id": made, **body.model_dump()}}
            await mongo[DATABASE]["requests"].insert_one(entity, session=session)
            await mongo[DATABASE]["outbox"].insert_one(event, session=session)
        return Made(id=made)

    return app


async def consume(queue_name: str, count: int) -> None:
    """A transaction per event: inbox row, state, outbox row; then the acknowledgement."""
    mongo = client()
    database = mongo[DATABASE]
    for name in ("inbox", "orders", "events"):
        if name not in await database.list_collection_names():
            await database.create_collection(name)
    left, first, done = count, 0.0, asyncio.Event()
    connection = await aio_pika.connect(os.environ["BENCH_AMQP_URL"])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=100)
    queue = await channel.get_queue(queue_name, ensure=False)

    async def take(message: AbstractIncomingMessage) -> None:
        nonlocal left, first
        first = first or time.perf_counter()
        envelope = json.loads(message.body)
        now = now_utc()
        order = {"_id": fresh(), "incident": envelope["subject"], "at": now}
        event = {"_id": fresh(), "type": "created", "at": now, "data": dict(order)}
        async with (
            await mongo.start_session() as session,
            session.start_transaction(write_concern=WriteConcern("majority")),
        ):
            heard = {"_id": envelope["id"], "at": now}
            await database["inbox"].insert_one(heard, session=session)
            await database["orders"].insert_one(order, session=session)
            await database["events"].insert_one(event, session=session)
        await message.ack()
        left -= 1
        if not left:
            done.set()

    await queue.consume(take)
    await done.wait()
    sys.stdout.write(f"{(count - 1) / (time.perf_counter() - first)}\n")
    await connection.close()
    mongo.close()


async def publish(count: int) -> None:
    """The same bytes with confirms, this many outstanding."""
    body = bytes.fromhex(os.environ["BENCH_BODY"])
    connection = await aio_pika.connect(os.environ["BENCH_AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    exchange = await channel.get_exchange("linli.events", ensure=False)
    key = os.environ["BENCH_KEY"]

    async def one() -> None:
        message = aio_pika.Message(
            body,
            content_type="application/cloudevents+json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=fresh(),
        )
        await exchange.publish(message, key, mandatory=True)

    begun = time.perf_counter()
    for start in range(0, count, OUTSTANDING):
        await asyncio.gather(*(one() for _ in range(min(OUTSTANDING, count - start))))
    sys.stdout.write(f"{count / (time.perf_counter() - begun)}\n")
    await connection.close()


def main() -> None:
    what, *rest = sys.argv[1:]
    if what == "http":
        uvicorn.run(http(), port=int(rest[0]), log_level="error", loop="uvloop", http="httptools")
    elif what == "consume":
        uvloop.run(consume(rest[0], int(rest[1])))
    else:
        uvloop.run(publish(int(rest[0])))


if __name__ == "__main__":
    main()
