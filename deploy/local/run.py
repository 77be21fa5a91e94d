"""`make up`: from nothing to four healthy services with their demo, and back to nothing."""

import asyncio
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from deploy import stories
from deploy.client import Refused, TooLate
from deploy.demo.prepare import pages, prepare
from deploy.local import given, parts, ports, process
from deploy.local.fetch import ROOT, TOOLS
from deploy.local.mongo import MongoNode
from deploy.local.options import SERVICES, Options
from deploy.local.rabbit import RabbitNode, RabbitPorts
from deploy.local.record import Record, lock
from deploy.local.stack import READY_SECONDS, Stack
from deploy.local.words import Halt, say, tell

WATCH_SECONDS = 0.2
GUARD = "guard"


def up(options: Options) -> int:
    """Run until told to stop (or, detached, until all is healthy); the exit status.

    ``Halt`` says why it cannot, ``KeyboardInterrupt`` that it was told to stop before all was up;
    in either case all that was started is stopped.
    """
    # what a library logs while it waits for a part is no news for the person at the terminal
    logging.basicConfig(handlers=[logging.NullHandler()])
    healthy = False
    try:
        with _interruptible(), _recorded(options) as record:
            _start(options, record)
            healthy = True
            if options.detach:
                record.detached = True
                record.save()
                say("up.detached")
            else:
                say("up.stay")
                _watch(record)
        return 0
    except KeyboardInterrupt:
        if not healthy:
            raise
        return 0


def _start(options: Options, record: Record) -> None:
    """Bring everything up, in the order in which one thing leans on another."""
    ports.refuse_busy(options.needed_ports())
    stack = Stack(options, *_brokers(options, record))
    record.urls = stack.urls | {"receiver": stack.url("receiver")}
    stack.make_secrets()
    stack.apply_topology()
    say("up.services")
    started = [stack.start_service(name) for name in SERVICES]
    started.append(stack.start_receiver())
    for group in started:
        record.add(group)
    for group in started:
        parts.wait_for(group, _ready(stack, group.name), READY_SECONDS)
        say("up.ready", name=group.name, url=stack.url(group.name))
    _tell_stories(stack, record)
    _addresses(stack)


def _ready(stack: Stack, name: str) -> Callable[[], bool]:
    return lambda: stack.ready(name)


def _brokers(options: Options, record: Record) -> tuple[str, str]:
    """The store and the broker, both ready: named by the person, or our own."""
    mongo_url, amqp_url = options.mongo_url, options.amqp_url
    if amqp_url:
        given.check_rabbit(amqp_url)
    if mongo_url:
        given.check_mongo(mongo_url)
    waits = []
    if not amqp_url:
        node = _rabbit(options)
        amqp_url = node.url
        say("up.rabbitmq")
        waits.append(parts.start_rabbit(node, record.add))
    if not mongo_url:
        server = MongoNode(options.home / "mongodb", TOOLS, options.ports["PORT_MONGO"])
        mongo_url = server.url
        say("up.mongodb")
        waits.append(parts.start_mongo(server, record.add))
    for wait in waits:
        wait()
    for name, url in (("RabbitMQ", amqp_url), ("MongoDB", mongo_url)):
        say("up.ready", name=name, url=given.without_secret(url))
    return mongo_url, amqp_url


def _rabbit(options: Options) -> RabbitNode:
    at = options.ports
    return RabbitNode(
        options.home / "rabbitmq",
        RabbitPorts(
            amqp=at["PORT_AMQP"],
            management=at["PORT_RABBITMQ_ADMIN"],
            dist=at["PORT_RABBITMQ_DIST"],
            epmd=at["PORT_EPMD"],
        ),
    )


def _tell_stories(stack: Stack, record: Record) -> None:
    """Load the demo, and tell the stories if they are wanted."""

    async def work() -> None:
        options = stack.options
        say("up.demo")
        demo = await prepare(options.home, stack.urls, stack.url("receiver"), options.demo)
        if options.story:
            await stories.run(demo, tell)

    try:
        asyncio.run(_while_all_live(record, work()))
    except (Refused, TooLate, stories.StoryFailed) as error:
        raise Halt("up.story_failed", reason=error, log=stack.options.home / "log") from None


async def _while_all_live(record: Record, work: Coroutine[Any, Any, None]) -> None:
    """Do the work; halt at once if a process dies under it."""
    task = asyncio.create_task(work)
    while not task.done():
        await asyncio.wait([task], timeout=WATCH_SECONDS)
        if dead := _dead(record):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise dead
    task.result()


def _addresses(stack: Stack) -> None:
    home = stack.options.home
    say("up.addresses")
    for name, url in stack.urls.items():
        tell(f"  {name:<14} {url}/docs")
    say("up.pages", **pages(stack.urls))
    say("up.receiver", url=stack.url("receiver"), file=home / "received.jsonl")
    say("up.demo_file", file=home / "demo.json")


def _watch(record: Record) -> None:
    """Stay until a process dies, or until nobody is there to press Ctrl-C."""
    parent = os.getppid() if "MAKELEVEL" in os.environ else None
    while parent in (None, os.getppid()):
        if dead := _dead(record):
            raise dead
        time.sleep(WATCH_SECONDS)


def _dead(record: Record) -> Halt | None:
    for group in record.groups:
        if not group.alive:
            said = process.last_lines(group)
            return Halt("part.died", name=group.name, log=group.log, said=said)
    return None


@contextmanager
def _recorded(options: Options) -> Iterator[Record]:
    """The record of this run; on leaving, all that it names is stopped, unless it is detached."""
    try:
        options.home.mkdir(parents=True, exist_ok=True)
        with lock(options.home):
            _clear(options)
            record = Record.begin(options.home)
            try:
                record.save()
                _guard(record)
                yield record
            finally:
                _ignore_signals()
                _leave(record)
    except OSError as error:
        raise Halt("up.fault", what=error.filename or "-", reason=error.strerror or error) from None


def _leave(record: Record) -> None:
    """Stop what is recorded, and what an interruption kept from being recorded; the guard last."""
    if not record.detached:
        record.groups += [
            each for each in process.children() if each not in record.groups and each.name != GUARD
        ]
        if record.groups:
            say("up.stopping")
        record.end()
    process.stop_together([each for each in process.children() if each.name == GUARD])


def _clear(options: Options) -> None:
    """Halt if a detached run is alive; forget one that is not, and the logs of the last run."""
    left = Record.load(options.home)
    if left is not None and left.alive:
        raise Halt("up.running")
    shutil.rmtree(options.home / "log", ignore_errors=True)


def _guard(record: Record) -> None:
    """A process that stops all the rest if this one is killed without a chance to."""
    argv = [sys.executable, "-m", "deploy.local", "guard", str(record.path.parent)]
    log = record.path.parent / "log" / "guard.log"
    process.start(GUARD, argv, log=log, folder=ROOT)


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM, and a terminal that is closed, end a run as Ctrl-C does."""
    signs = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup is a wish to be respected
        signs.append(signal.SIGHUP)
    before = {sign: signal.signal(sign, process.interrupt) for sign in signs}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _ignore_signals() -> None:
    """A second Ctrl-C must not leave things running."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
