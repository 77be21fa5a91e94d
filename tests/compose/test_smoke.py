"""`docker compose up -d --wait` from a fresh clone: it starts, runs the stories, keeps secrets.

Needs a Docker engine with the base images; without one these tests fail, they do not skip.
"""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.stories.company import STEPS
from tests.compose.project import SERVICES, Platform

pytestmark = pytest.mark.compose

PARTS = ("mongo", "rabbitmq")
RUNNING = (*SERVICES, *PARTS)
ONCE = ("init", "mongo-setup", "setup")
ALL = (*RUNNING, *ONCE, "receiver")
DEMO = ("--env-file", "deploy/demo.env")
RECEIVED = "/run/demo/received.jsonl"
FOREIGN = ("mongo", "mongo-setup", "rabbitmq")
"""Images of others: they begin as root and become a user of their own."""
CAPABILITIES = {
    "mongo": {"CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"},
    "rabbitmq": {"CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"},
    "mongo-setup": {"DAC_OVERRIDE"},
}

FOREIGN_DATABASE = """
from pymongo import MongoClient
from pymongo.errors import OperationFailure
client = MongoClient(open('/run/secrets/mongo_url').read())
own = client.get_default_database()
own.command('dbStats')
for name in {'requests', 'pairing', 'property', 'notifications', 'admin', 'local'} - {own.name}:
    try:
        client[name]['anything'].find_one()
    except OperationFailure as error:
        assert error.code == 13, error
    else:
        raise SystemExit('it may read ' + name)
print('refused everywhere')
"""

FOREIGN_MESSAGES = """
import asyncio
import aio_pika

async def refused(broker, what, attempt):
    channel = await broker.channel()
    try:
        await attempt(channel)
    except aio_pika.exceptions.AMQPError as error:
        assert 'ACCESS_REFUSED' in str(error), error
    else:
        raise SystemExit('it may ' + what)

async def read(channel):
    queue = await channel.get_queue('requests.retry.1s', ensure=False)
    await queue.get(fail=False)

async def forge(channel):
    events = await channel.get_exchange('linli.events', ensure=False)
    await events.publish(aio_pika.Message(b'{}'), 'requests.request.closed.v1')

async def main():
    broker = await aio_pika.connect(open('/run/secrets/amqp_url').read())
    async with broker:
        await refused(broker, 'read a queue of requests', read)
        await refused(broker, 'tell events in the name of requests', forge)
    print('refused everywhere')

asyncio.run(main())
"""

REACH_OUT = """
import socket
for host in ('mongo', 'rabbitmq'):
    socket.create_connection((host, {'mongo': 27017, 'rabbitmq': 5672}[host]), 3).close()
for port in (4369, 25672):
    try:
        socket.create_connection(('rabbitmq', port), 3).close()
    except OSError:
        continue
    raise SystemExit(f'the port {port} between brokers is open')
print('only the ports for clients')
"""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = Platform.fresh()
    try:
        started.start()
        yield started
    finally:
        started.end()


def get(url: str, token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(asked, timeout=5) as answer:
        body: dict[str, Any] = json.load(answer)
        return body


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_answers_on_this_machine(platform: Platform, service: str) -> None:
    assert get(f"{platform.url(service)}/health/ready")["status"] == "ready"


def test_the_stories_run_to_their_end_and_the_receiver_has_every_step(platform: Platform) -> None:
    platform.compose(*DEMO, "up", "--detach", "--wait")
    platform.compose(*DEMO, "run", "--rm", "--no-TTY", "demo")

    received = platform.compose(*DEMO, "exec", "--no-TTY", "receiver", "cat", RECEIVED)
    told = [json.loads(line)["body"] for line in received.splitlines()]
    incident = next(each["id"] for each in told if each["type"] == STEPS[0])
    of_incident = [each["type"] for each in told if each["correlationid"] == incident]
    assert sorted(of_incident) == sorted(STEPS)
    assert not any(each["type"].startswith("requests.mediation.") for each in told)


def test_the_stories_run_again_on_the_same_data(platform: Platform) -> None:
    platform.compose(*DEMO, "run", "--rm", "--no-TTY", "demo")


def test_the_operators_tools_work_on_the_running_platform(platform: Platform) -> None:
    tool = ("run", "--rm", "--no-TTY", "linli", "--lang", "en")
    token = platform.compose(
        *tool, "token", "--role", "ops", "--person", "per_1", "--community", "hongmiao"
    ).splitlines()[-1]
    dead = platform.compose(*tool, "dead-letters", "list")

    estates = get(f"{platform.url('property')}/api/property/v1/estates", token)
    assert len(estates["items"]) == 2
    assert "0 dead letters" in dead


def test_a_second_start_keeps_data_and_secrets(platform: Platform) -> None:
    secrets = platform.secrets()
    before = platform.containers()

    platform.compose(*DEMO, "up", "--detach", "--wait")

    after = platform.containers()
    kept = {name for name in secrets if not name.startswith("rabbitmq/definitions")}
    now = platform.secrets()
    assert {name: secrets[name] for name in kept} == {name: now[name] for name in kept}
    assert [after[name]["Id"] for name in RUNNING] == [before[name]["Id"] for name in RUNNING]


def test_nothing_had_to_be_started_twice(platform: Platform) -> None:
    found = platform.containers()

    assert {name: found[name]["RestartCount"] for name in found} == dict.fromkeys(found, 0)
    assert {name: found[name]["State"]["ExitCode"] for name in ONCE} == dict.fromkeys(ONCE, 0)
    for name in RUNNING:
        assert found[name]["State"]["Health"]["Status"] == "healthy", name


def test_no_secret_is_shown_by_the_engine_the_image_or_a_log(platform: Platform) -> None:
    image = platform.variables["LINLI_IMAGE"]
    shown = {
        "containers": json.dumps(platform.containers()),
        "image": platform.engine("image", "inspect", image),
        "history": platform.engine("history", "--no-trunc", image),
        "logs": platform.compose("logs", "--no-color"),
        "configuration": platform.compose("config"),
    }
    secrets = {
        name: value
        for name, value in platform.secrets().items()
        if name not in ("rabbitmq/definitions.json", "keys/jwks.json", "jwks/jwks.json")
    }

    assert len(secrets) > 20
    for name, value in secrets.items():
        # of a key of many lines the longest line will do
        line = max(value.splitlines(), key=len)
        assert [where for where, text in shown.items() if line in text] == [], name


@pytest.mark.parametrize("name", ALL)
def test_every_container_has_as_few_rights_as_it_needs(platform: Platform, name: str) -> None:
    found = platform.containers()[name]
    host = found["HostConfig"]

    assert host["ReadonlyRootfs"]
    assert not host["Privileged"]
    assert host["CapDrop"] == ["ALL"]
    assert set(host["CapAdd"] or ()) <= CAPABILITIES.get(name, set())
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["LogConfig"]["Config"]["max-size"]
    if name not in FOREIGN:
        assert found["Config"]["User"] == "10001:10001"


@pytest.mark.parametrize("name", RUNNING)
def test_what_keeps_running_has_limits_and_is_started_again(platform: Platform, name: str) -> None:
    host = platform.containers()[name]["HostConfig"]

    assert host["Memory"] > 0
    assert host["NanoCpus"] > 0
    assert host["PidsLimit"] > 0
    assert host["RestartPolicy"]["Name"] == "unless-stopped"


def test_store_and_broker_have_no_way_in_from_outside(platform: Platform) -> None:
    found = platform.containers()
    for name in PARTS:
        assert not any(found[name]["NetworkSettings"]["Ports"].values()), name
        assert list(found[name]["NetworkSettings"]["Networks"]) == [f"{platform.name}_inner"]
    inner = json.loads(platform.engine("network", "inspect", f"{platform.name}_inner"))

    assert inner[0]["Internal"]
    assert "only the ports for clients" in platform.python_in("pairing", REACH_OUT)


def test_services_answer_on_this_machine_alone(platform: Platform) -> None:
    found = platform.containers()
    for name in SERVICES:
        bound = found[name]["NetworkSettings"]["Ports"]["8000/tcp"]
        assert {each["HostIp"] for each in bound} == {"127.0.0.1"}, name


def test_a_service_may_not_read_the_data_of_another(platform: Platform) -> None:
    assert "refused everywhere" in platform.python_in("pairing", FOREIGN_DATABASE)


def test_a_service_may_not_hear_or_speak_as_another(platform: Platform) -> None:
    assert "refused everywhere" in platform.python_in("pairing", FOREIGN_MESSAGES)


def test_the_store_writes_with_majority_in_a_replica_set(platform: Platform) -> None:
    said = platform.compose(
        "exec", "--no-TTY", "mongo", "mongosh", "--quiet", "--norc", "--eval", "db.hello().setName"
    )

    assert "linli" in said


def test_a_stopped_service_ends_by_itself_and_comes_back(platform: Platform) -> None:
    platform.compose("stop", "property")
    # 143: it ended by the signal that asked it to, after its work; 137 would be the engine's doing
    assert platform.containers()["property"]["State"]["ExitCode"] in (0, 143)
    assert "Application shutdown complete" in platform.compose("logs", "--no-color", "property")

    platform.compose("up", "--detach", "--wait")
    assert get(f"{platform.url('property')}/health/ready")["status"] == "ready"
