"""Exchange and queue names, publishing with confirms, retries and dead letters."""

from shared.bus.bus import Bus
from shared.bus.dead_letters import DeadLetter, DeadLetters
from shared.bus.joined import joined
from shared.bus.parcel import Parcel
from shared.bus.publisher import Publisher, Unroutable
from shared.bus.topology import (
    Hearing,
    Topology,
    dead_queue,
    declare,
    definitions,
    from_definitions,
    topology,
)

__all__ = [
    "Bus",
    "DeadLetter",
    "DeadLetters",
    "Hearing",
    "Parcel",
    "Publisher",
    "Topology",
    "Unroutable",
    "dead_queue",
    "declare",
    "definitions",
    "from_definitions",
    "joined",
    "topology",
]
