"""The two brokers as containers (RabbitMQ 4, MongoDB 8), where a Docker engine answers."""

import os
from collections.abc import Callable

from deploy.local import mongo, rabbit
from deploy.local.parts import Parts
from deploy.local.process import poll
from deploy.local.words import Halt

RABBITMQ_IMAGE = "rabbitmq:4-management"
MONGODB_IMAGE = "mongo:8"


def engine_answers() -> bool:
    """True if a Docker engine answers here."""
    import docker  # type: ignore[import-untyped]  # heavy, and wanted here alone

    try:
        client = docker.from_env(timeout=5)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


def start_containers(record: Callable[[Callable[[], None]], None]) -> Parts:
    """Start both; ready to be used when it returns. ``record`` is told how to stop each."""
    # what would clean up after us is an image of its own; the process that runs this does it
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer

    broker = DockerContainer(RABBITMQ_IMAGE).with_exposed_ports(5672, 15672)
    broker.with_env("RABBITMQ_DEFAULT_USER", rabbit.USER)
    broker.with_env("RABBITMQ_DEFAULT_PASS", rabbit.PASSWORD)
    store = DockerContainer(MONGODB_IMAGE).with_exposed_ports(27017)
    flags = ("--replSet", mongo.SET, "--bind_ip_all", "--wiredTigerCacheSizeGB", "0.5")
    store.with_command([*flags, *mongo.FORGETFUL])
    for container in (broker, store):
        record(container.stop)
        container.start()
    return _ready(broker, store)


def _ready(broker: object, store: object) -> Parts:
    from testcontainers.core.container import DockerContainer

    assert isinstance(broker, DockerContainer)
    assert isinstance(store, DockerContainer)
    host = broker.get_container_host_ip()
    amqp, admin = (int(broker.get_exposed_port(port)) for port in (5672, 15672))
    mongo_url = mongo.mongo_url(int(store.get_exposed_port(27017)), host)
    admin_url = f"http://{rabbit.USER}:{rabbit.PASSWORD}@{host}:{admin}"
    for name, ready in (
        (MONGODB_IMAGE, lambda: mongo.lead(mongo_url, "localhost:27017")),
        (RABBITMQ_IMAGE, lambda: rabbit.admin_ready(admin_url)),
    ):
        if not poll(ready, rabbit.READY_SECONDS):
            raise Halt("container.slow", name=name, seconds=int(rabbit.READY_SECONDS))
    return Parts(mongo_url, rabbit.amqp_url(amqp, host), admin_url)
