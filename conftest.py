"""Fixtures for every test: the real MongoDB and RabbitMQ, one pair for a whole test run.

The first test that asks for them starts them (`TEST_PARTS=local|containers` forces how), all
workers share them, and they stop with the run. A test has a database and a virtual host of its
own. Nothing is skipped: a part that cannot be had fails the tests that need it.
"""

import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, settings

from deploy.local import lone, rabbit, session
from deploy.local.gate import Gate
from deploy.local.kept import KeptDatabases
from deploy.local.lone import Lone
from deploy.local.parts import Parts
from shared.clock import Clock, SystemClock, new_id
from shared.mongo import Database

FOLDER = pytest.StashKey[Path]()
OWNER = pytest.StashKey[int]()
STARTED = frozenset({"parts", "lone_mongo", "lone_rabbit"})
MARKED = frozenset({"mongo", "rabbit", "e2e", "chaos", "compose"})

# Speed is measured by `make bench`; here it says how busy the machine is, not what the code does.
settings.register_profile(
    "linli",
    parent=settings.get_profile("default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("linli")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of the run's parts; a worker is told it by the first process."""
    told: dict[str, Any] | None = getattr(config, "workerinput", None)
    config.stash[FOLDER] = Path(told["parts"]) if told else session.new_folder()
    config.stash[OWNER] = told["owner"] if told else os.getpid()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Spare the garbage collector what stays to the end: thousands of tests, and all modules."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that needs a part and does not say so: `make check` would start it."""
    for item in items:
        needs = STARTED & set(getattr(item, "fixturenames", ()))
        if needs and MARKED.isdisjoint(mark.name for mark in item.iter_markers()):
            raise pytest.UsageError(f"{item.nodeid}: is not marked, and needs {', '.join(needs)}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist."""
    node.workerinput["parts"] = str(node.config.stash[FOLDER])
    node.workerinput["owner"] = os.getpid()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run is over: its first process stops the parts."""
    if not hasattr(config, "workerinput"):
        session.release(config.stash[FOLDER])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """End the run when a part has died: each test after it would fail, half a minute at a time."""
    report = yield
    if report.failed and (gone := session.gone(item.config.stash[FOLDER])):
        item.session.shouldstop = f"no longer answers: {', '.join(gone)}"
    return report


@pytest.fixture(scope="session")
def parts(request: pytest.FixtureRequest) -> Parts:
    """Where the run's MongoDB and RabbitMQ answer; most tests want the fixtures below."""
    return session.obtain(request.config.stash[FOLDER], request.config.stash[OWNER])


@pytest.fixture
def mongo_url(parts: Parts) -> str:
    """A real MongoDB, a replica set of one; use ``mongo_name`` as the database."""
    return parts.mongo_url


@pytest.fixture(scope="session")
def kept_databases(parts: Parts) -> Iterator[KeptDatabases]:
    """What ``mongo_name`` takes names from; they are dropped with the run."""
    with KeptDatabases(parts.mongo_url) as kept:
        yield kept


@pytest.fixture
def mongo_name(request: pytest.FixtureRequest, kept_databases: KeptDatabases) -> Iterator[str]:
    """The name of a database that is this test's own as long as it runs, without a document.

    The tests of one service take turns with one: its indexes take longer to make than most of the
    tests take. All other tests have a new one each.
    """
    folder, name, *_ = request.path.relative_to(request.config.rootpath).parts
    with kept_databases.taken(name if folder == "services" else None) as mine:
        yield mine


@pytest.fixture
def database_clock() -> Clock:
    """What tells the time in ``database``; a service's tests may have another."""
    return SystemClock()


@pytest.fixture
async def database(
    mongo_url: str, mongo_name: str, database_clock: Clock
) -> AsyncIterator[Database]:
    """A real database that is this test's own; migrate it once its collections are declared."""
    made = Database(mongo_url, mongo_name, database_clock)
    yield made
    await made.close()


@pytest.fixture(params=["fake", pytest.param("mongo", marks=pytest.mark.mongo)])
def either(request: pytest.FixtureRequest) -> Database | None:
    """None, and then ``database``: what is put on it is tested over fakes and the real store."""
    if request.param == "fake":
        return None
    real: Database = request.getfixturevalue("database")
    return real


@pytest.fixture
def amqp_url(parts: Parts) -> Iterator[str]:
    """A real RabbitMQ, in a virtual host that is this test's own and is deleted after it."""
    name = new_id("test")
    path = f"/api/vhosts/{quote(name)}"
    rabbit.admin(parts.admin_url, "PUT", path)
    yield f"{parts.amqp_url}{quote(name)}"
    rabbit.admin(parts.admin_url, "DELETE", path)


@pytest.fixture
async def gate() -> AsyncIterator[Callable[[str], Awaitable[Gate]]]:
    """Puts a gate before a broker: ``(await gate(amqp_url)).url``; then shut, freeze or open it."""
    gates: list[Gate] = []

    async def before(url: str) -> Gate:
        gates.append(await Gate.before(url))
        return gates[-1]

    yield before
    for one in gates:
        await one.shut()


@pytest.fixture
def lone_rabbit(tmp_path: Path) -> Iterator[Lone]:
    """A RabbitMQ that is this test's alone, to be killed and started; always a local process."""
    with lone.rabbit(tmp_path) as broker:
        yield broker


@pytest.fixture
def lone_mongo(tmp_path: Path) -> Iterator[Lone]:
    """A MongoDB that is this test's alone, to be killed and started; always a local process."""
    with lone.mongo(tmp_path) as server:
        yield server
