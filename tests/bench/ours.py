"""Our side where it is no HTTP service: the relay of a service, alone in its process."""

import asyncio
import os
import sys
import time
from dataclasses import dataclass

import uvloop

from shared.bus import Hearing, Publisher, topology
from shared.clock import new_id
from shared.envelope import Envelope
from shared.events.property import IncidentConfirmed
from shared.mongo import Database
from shared.relay import Relay
from tests.bench.rig import COMMUNITY, ESTATE


@dataclass(frozen=True, slots=True)
class Filler:
    """The smallest aggregate that tells something."""

    id: str
    community: str = COMMUNITY
    version: int = 0


async def unheard(_: Envelope) -> None:
    """Nobody reads: only publishing is measured."""


async def relay(count: int) -> None:
    """Fill the store with untold events, tell them all, print how many per second."""
    database = Database(os.environ["LINLI_MONGO_URL"], "bench_relay")
    fillers = database.documents("fillers", Filler, source="/linli/property")
    await database.migrate()

    async def fill() -> None:
        event = IncidentConfirmed(
            incident_id=new_id("inc"), estate_id=ESTATE, kind="vehicle", severity=2
        )
        await fillers.save(Filler(event.incident_id), [event])

    for start in range(0, count, 500):
        await asyncio.gather(*(fill() for _ in range(min(500, count - start))))
    publisher = Publisher(
        os.environ["LINLI_AMQP_URL"], "bench", topology("bench", [Hearing.everything(unheard)])
    )
    await publisher.ping()
    teller = Relay(database, publisher, "bench")
    begun = time.perf_counter()
    told = await teller.drain()
    elapsed = time.perf_counter() - begun
    if told != count or await database.untold("fillers", limit=1):
        raise RuntimeError(f"told {told} of {count}")
    sys.stdout.write(f"{told / elapsed}\n")
    await teller.give_up()
    await publisher.close()
    await database.close()


if __name__ == "__main__":
    uvloop.run(relay(int(sys.argv[1])))
