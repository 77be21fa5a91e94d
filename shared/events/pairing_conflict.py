"""What pairing tells of people who must not be paired: that there is such a record, never who."""

from typing import ClassVar

from shared.events.base import Event


class ConflictRegistered(Event):
    """Two people must not be paired from now on; their live pairings are parted."""

    type: ClassVar[str] = "pairing.conflict.registered.v1"

    conflict_id: str


class ConflictLifted(Event):
    """The two may be paired again."""

    type: ClassVar[str] = "pairing.conflict.lifted.v1"

    conflict_id: str
