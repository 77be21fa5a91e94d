"""Up to which of its versions another service's request has left the own hands.

A request may be given to a unit, taken from it and given to it again, and each is told on a queue
of its own: what was assigned before the version noted here is over, whenever it is heard.
"""

from shared.mongo.records import Records


class EndingRecords:
    """One record per request, its version only ever rising."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def note(self, request_id: str, sequence: int) -> None:
        """Whatever was assigned before this version is not ours any more; ``Unavailable``."""
        await self._records.put_newer(request_id, {}, sequence=sequence)

    async def up_to(self, request_id: str) -> int:
        """The highest version noted, 0 if none; ``Unavailable``."""
        found = await self._records.get(request_id)
        return 0 if found is None else int(found["sequence"])
