"""Brokers that the person names (`MONGO_URL`, `AMQP_URL`): asked before anything leans on them."""

import asyncio
from typing import Any

import aio_pika
from pymongo import MongoClient
from pymongo.errors import ConfigurationError, PyMongoError

from deploy.local.words import Halt

ANSWER_SECONDS = 5


def check_mongo(url: str) -> None:
    """Halt unless a replica set answers there: change streams and majority writes need one."""
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(
            url, serverSelectionTimeoutMS=ANSWER_SECONDS * 1000
        )
        with client:
            said = client.admin.command("hello")
    except (PyMongoError, ValueError) as error:
        raise Halt("mongo.away", where=without_secret(url), reason=_brief(error)) from None
    if "setName" not in said and said.get("msg") != "isdbgrid":
        raise Halt("mongo.not_replicated", where=without_secret(url))


def check_rabbit(url: str) -> None:
    """Halt unless a broker answers there and lets us in."""

    async def ask() -> None:
        async with await aio_pika.connect(url, timeout=ANSWER_SECONDS):
            pass

    try:
        asyncio.run(ask())
    except (aio_pika.exceptions.AMQPError, OSError, ValueError, TimeoutError) as error:
        raise Halt("rabbitmq.away", where=without_secret(url), reason=_brief(error)) from None


def without_secret(url: str) -> str:
    """The URL as it may be shown, even where a password in it should have been escaped."""
    scheme, separator, rest = url.partition("://")
    return scheme.rpartition("@")[2] + separator + rest.rpartition("@")[2]


def _brief(error: BaseException) -> str:
    if isinstance(error, ValueError | ConfigurationError):
        return type(error).__name__  # what cannot be read as a URL is quoted, password and all
    said = str(error).partition("\n")[0].partition(" (configured timeouts")[0]
    return said[:160] or type(error).__name__
