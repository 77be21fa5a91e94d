"""A mongod of one's own: a replica set of one, so that change streams and majority writes work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import fetch
from deploy.local.ports import HOST
from deploy.local.process import Started, start, with_many_files

SET = "linli"
READY_SECONDS = 60.0

_NOT_YET_INITIALISED = 94
_CACHE_GB = "0.5"
# Tests make and drop thousands of collections, and a server that runs out of open files ends
# itself: forget what was dropped at once (by default it is kept for reads of the last five
# minutes), and hold no file for long.
FORGETFUL = (
    *("--setParameter", "minSnapshotHistoryWindowInSeconds=0", "--syncdelay", "10"),
    "--wiredTigerEngineConfigString",
    "file_manager=(close_idle_time=10,close_scan_interval=5,close_handle_minimum=500)",
)


@dataclass(frozen=True, slots=True)
class MongoNode:
    """Where the server keeps its things and where it listens."""

    home: Path
    tools: Path
    port: int

    @property
    def url(self) -> str:
        """What clients connect to; direct, since the set is this one member."""
        return mongo_url(self.port)

    def start(self) -> Started:
        """Start the server; ``lead`` makes it usable."""
        data = self.home / "data"
        data.mkdir(parents=True, exist_ok=True)
        argv = [
            *(str(fetch.mongod(self.tools)), "--dbpath", str(data)),
            *("--port", str(self.port), "--bind_ip", HOST, "--nounixsocket"),
            *("--replSet", SET, "--wiredTigerCacheSizeGB", _CACHE_GB),
            *FORGETFUL,
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # a killed client's transaction must not hold its locks for a minute
            *("--setParameter", "transactionLifetimeLimitSeconds=10"),
            # the only member has nobody to hand its clients over to when it stops
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        ]
        return start("mongod", with_many_files(argv), log=self.home / "log" / "mongod.log")


def mongo_url(port: int, host: str = HOST) -> str:
    """A replica set of one, on this machine."""
    return f"mongodb://{host}:{port}/?directConnection=true"


def lead(url: str, member: str) -> bool:
    """Make the server the primary of its set, named ``member`` there; True once it takes writes.

    Call it again until it does: a server that is not up yet is no error.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(
        url, serverSelectionTimeoutMS=1000, connectTimeoutMS=1000, socketTimeoutMS=5000
    )
    with client:
        try:
            _form(client, member)
            return bool(client.admin.command("hello").get("isWritablePrimary"))
        except PyMongoError:
            return False


def _form(client: MongoClient[dict[str, Any]], member: str) -> None:
    """Make the set, or let its one member answer at a new address (its port was changed)."""
    wanted = {"_id": 0, "host": member}
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIALISED:
            raise
        client.admin.command("replSetInitiate", {"_id": SET, "members": [wanted]})
        return
    if config["members"][0]["host"] != member:
        config["members"] = [wanted]
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
