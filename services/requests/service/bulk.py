"""Many requests at once, from a table: each row by itself, and none twice (``shared.bulk``).

A reference is unique for community and importer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.requests.domain.request import ServiceRequest
from services.requests.domain.submission import Submission
from services.requests.service.estate import EstateService
from services.requests.service.request import RequestService
from shared.bulk import ROWS_MAX, Bulk, Outcome
from shared.errors import Invalid
from shared.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that can be read; ``number`` is where it stands in its table."""

    number: int
    external_ref: str
    submission: Submission


class BulkService:
    """The use case."""

    def __init__(
        self, requests: RequestService, store: Store[ServiceRequest], estates: EstateService
    ) -> None:
        self._requests = requests
        self._store = store
        self._estates = estates

    async def submit(
        self, rows: Sequence[Asked], *, importer: str, communities: tuple[str, ...]
    ) -> list[Outcome[ServiceRequest]]:
        """A request for each row whose reference is new; as ``Bulk.load``."""

        async def there(asked: Sequence[Asked]) -> dict[int, ServiceRequest]:
            return await self._there(asked, importer, communities)

        async def make(row: Asked) -> ServiceRequest:
            return await self._requests.submit(row.submission, communities=communities)

        return await Bulk(there, make).load(rows)

    async def _there(
        self, rows: Sequence[Asked], importer: str, communities: tuple[str, ...]
    ) -> dict[int, ServiceRequest]:
        """What is there already, by the number of its row."""
        where = {
            "community": {"$in": list(communities)},
            "entered_by": importer,
            "external_ref": {"$in": [row.external_ref for row in rows]},
        }
        most = ROWS_MAX * len(communities)
        found = await self._store.find(where, limit=most)
        kept: dict[tuple[str, str | None], ServiceRequest] = {
            (str(request.external_ref), request.community): request for request in found
        }
        there = {}
        for row in rows:
            if request := kept.get((row.external_ref, await self._where(row, communities))):
                there[row.number] = request
        return there

    async def _where(self, row: Asked, communities: tuple[str, ...]) -> str | None:
        """The community that a row is for: the importer's, or its estate's if there are several."""
        if len(communities) == 1:
            return communities[0]
        try:
            return (await self._estates.known(row.submission.estate_id)).community
        except Invalid:
            return None
