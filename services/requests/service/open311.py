"""Open311 GeoReport v2: what the world may ask for, and read of what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.requests.domain.estate import Outline
from services.requests.domain.joining import add_update
from services.requests.domain.place import Position
from services.requests.domain.progress import Audience, Update
from services.requests.domain.publication import (
    PAGE_MAX,
    Jurisdictions,
    Note,
    Sought,
    Status,
    Step,
    Window,
    is_offered,
    is_published,
    span_before,
    states_of,
    steps_of,
)
from services.requests.domain.report import Client, Report
from services.requests.domain.request import Channel, ServiceRequest
from services.requests.domain.resending import is_again, refs_of, said_before
from services.requests.domain.service_type import ServiceType, ServiceTypes, Visibility
from services.requests.domain.submission import Submission
from services.requests.domain.whereabouts import centre, spot
from services.requests.service.estate import EstateCopies
from services.requests.service.open311_rows import changed as changed_rows
from services.requests.service.open311_rows import latest
from services.requests.service.request import RequestService
from services.requests.service.service_type import ServiceTypeService
from shared.clock import Clock, new_id
from shared.deciding import written
from shared.errors import Invalid, NotAllowed, NotFound
from shared.photos.photo import Photo
from shared.recent import Recent
from shared.store import Store

UPDATED_MAX = 1_000  # of one client's requests, the latest first
OUTLINES_SECONDS, COMMUNITIES_MAX = 10.0, 1_000


@dataclass(frozen=True, slots=True)
class Published:
    """A request that the world may read of, with what else is told of it."""

    request: ServiceRequest
    kind: ServiceType
    estate_name: str = ""
    building_code: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One thing that happened to a client's request."""

    request: ServiceRequest
    step: Step


class Open311Service:
    """The use cases. Each: ``NotFound`` for a jurisdiction that is none of ours, ``Invalid`` where
    one of several has to be named, ``Unavailable``."""

    def __init__(
        self,
        requests: RequestService,
        store: Store[ServiceRequest],
        types: ServiceTypeService,
        estates: EstateCopies,
        jurisdictions: Jurisdictions,
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._store = store
        self._types = types
        self._estates = estates
        self._jurisdictions = jurisdictions
        self._clock = clock
        self._outlines: Recent[list[Outline]] = Recent(
            clock, seconds=OUTLINES_SECONDS, size=COMMUNITIES_MAX
        )

    async def offered(self, jurisdiction: str | None) -> list[ServiceType]:
        """What the world may ask for."""
        community = self._jurisdictions.community(jurisdiction)
        kinds = await self._types.all(community)
        return [kind for kind in kinds.values() if is_offered(kind)]

    async def definition(self, jurisdiction: str | None, code: str) -> ServiceType:
        """One of them; ``NotFound``."""
        community = self._jurisdictions.community(jurisdiction)
        return await self._offered(community, code)

    async def submit(
        self,
        client: Client,
        jurisdiction: str | None,
        report: Report,
        *,
        photos: tuple[Photo, ...] = (),
    ) -> ServiceRequest:
        """A new public request; the client counts as its requester.

        ``Conflict`` (``external_ref``) if it was sent a moment ago: see ``sent_before``.
        ``NotAllowed`` where the key is not for; ``NotFound`` for an unknown service; ``Invalid``
        for a place that is none of ours, and as ``RequestService.submit``.
        """
        community = self._community(client, jurisdiction)
        kind = await self._offered(community, report.service_code)
        found = spot(await self._map(community), report.where)
        if client.estates is not None and found.estate_id not in client.estates:
            raise NotAllowed("open311.key_elsewhere")
        lines = [report.description or kind.name_zh, *report.media_urls]
        submission = Submission(
            service_code=kind.code,
            requester_id=client.id,
            estate_id=found.estate_id,
            dwelling_id=None,
            description="\n\n".join(lines),
            visibility=Visibility.PUBLIC,
            channel=Channel.OPEN311,
            contact=report.contact,
            building_id=found.building_id,
            position=report.where.position,
            address_note=report.where.address,
            attributes=report.attributes,
            photos=photos,
            external_ref=refs_of(client.id, report.told(), self._clock.now())[0],
        )
        return await self._requests.submit(submission, communities=(community,))

    async def sent_before(
        self, client: Client, jurisdiction: str | None, report: Report
    ) -> ServiceRequest | None:
        """The request that this very report has made within the hour; None if it is a new one.

        ``NotAllowed`` where the key is not for.
        """
        community, now = self._community(client, jurisdiction), self._clock.now()
        refs = refs_of(client.id, report.told(), now)
        where = {"community": community, "entered_by": None, "external_ref": {"$in": list(refs)}}
        found = await self._store.find(where, limit=len(refs))
        return next((each for each in found if is_again(each.submitted_at, now)), None)

    async def get(self, jurisdiction: str | None, request_id: str) -> Published:
        """One that the world may read of, by its id or number; ``NotFound``."""
        found = await self._each(jurisdiction, [request_id])
        if not found:
            raise NotFound("open311.request")
        return found[0]

    async def find(self, jurisdiction: str | None, sought: Sought) -> list[Published]:
        """Those named, or one page, of what the world may read of, the latest first; those that
        changed in a time, the last changed first.

        ``Invalid`` for over 90 days or beyond the last page that there may be.
        """
        if sought.ids:
            return await self._each(jurisdiction, sought.ids)
        community = self._jurisdictions.community(jurisdiction)
        if sought.page > PAGE_MAX:
            raise Invalid("open311.page", pointer="query:page", limit=PAGE_MAX)
        kinds = await self._types.all(community)
        codes = [code for code, kind in kinds.items() if kind.open311]
        if sought.service_codes:
            codes = [code for code in codes if code in sought.service_codes]
        if not codes or not sought.statuses:
            return []
        where: dict[str, Any] = {
            "visibility": Visibility.PUBLIC.value,
            "service_code": {"$in": codes},
        }
        requested = sought.requested(self._clock.now())
        if requested is not None:
            where["submitted_at"] = _within(requested)
        if sought.statuses < frozenset(Status):
            where["state"] = {"$in": [state.value for state in states_of(sought.statuses)]}
        skip = (sought.page - 1) * sought.page_size
        updated = sought.changes(self._clock.now())
        found = latest(self._store, community, where, skip, sought.page_size)
        if updated is not None:
            found = changed_rows(
                self._store, community, where, updated, skip=skip, limit=sought.page_size
            )
        return await self._published(community, kinds, [row async for row in found])

    async def progress(
        self, client: Client, jurisdiction: str | None, asked: Window
    ) -> list[Progress]:
        """What happened in this time to the requests that this client made, oldest first.

        Of requests made up to 90 days before, and of the latest 1,000 of them.
        """
        community = self._jurisdictions.community(jurisdiction)
        kinds = await self._types.all(community)
        where = {
            "requester_id": client.id,
            "submitted_at": _within(Window(span_before(asked.start), asked.end)),
        }
        found = [
            Progress(row, step)
            async for row in latest(self._store, community, where, 0, UPDATED_MAX)
            if is_published(row, kinds.get(row.service_code))
            for step in steps_of(row)
            if step.note is not Note.SUBMITTED and asked.start <= step.at <= asked.end
        ]
        return sorted(found, key=lambda each: each.step.at)

    async def add(
        self, client: Client, jurisdiction: str | None, request_id: str, text: str
    ) -> Update:
        """Write something for everybody on a request that this client made; what it wrote within
        the hour already is what it wrote then.

        ``NotFound`` for any other; ``WrongState`` once it is over; ``Conflict`` beyond 100.
        """
        update = Update(new_id("upd"), Audience.PUBLIC, text, client.id, self._clock.now())

        async def own() -> ServiceRequest:
            request = (await self.get(jurisdiction, request_id)).request
            if request.requester_id != client.id:
                raise NotFound("open311.request")
            return request

        given = update

        async def put(request: ServiceRequest) -> ServiceRequest:
            nonlocal given
            given = said_before(request.updates, update) or update
            if given is not update:
                return request
            return await self._store.save(*add_update(request, update=update))

        await written(own, put, seen=None)
        return given

    def _community(self, client: Client, jurisdiction: str | None) -> str:
        community = self._jurisdictions.community(jurisdiction)
        if community not in client.communities:
            raise NotAllowed("open311.key_elsewhere")
        return community

    async def _offered(self, community: str, code: str) -> ServiceType:
        kind = (await self._types.all(community)).get(code)
        if kind is None or not is_offered(kind):
            raise NotFound("open311.service")
        return kind

    async def _each(self, jurisdiction: str | None, ids: Sequence[str]) -> list[Published]:
        community = self._jurisdictions.community(jurisdiction)
        found: dict[str, ServiceRequest] = {}
        for name in ("_id", "number"):
            wanted = {name: {"$in": list(ids)}, "community": community}
            rows = await self._store.find(wanted, limit=len(ids))
            found |= {row.id: row for row in rows}
        kinds = await self._types.all(community)
        rows = [row for row in found.values() if is_published(row, kinds.get(row.service_code))]
        rows.sort(key=lambda row: (row.submitted_at, row.id), reverse=True)
        return await self._published(community, kinds, rows)

    async def _published(
        self, community: str, kinds: ServiceTypes, rows: Sequence[ServiceRequest]
    ) -> list[Published]:
        outlines = {each.id: each for each in await self._map(community)}
        return [_placed(row, kinds[row.service_code], outlines.get(row.estate_id)) for row in rows]

    async def _map(self, community: str) -> list[Outline]:
        return await self._outlines.get(community, self._estates.of) or []


def _within(asked: Window) -> dict[str, datetime]:
    return {"$gte": asked.start, "$lte": asked.end}


def _placed(request: ServiceRequest, kind: ServiceType, outline: Outline | None) -> Published:
    """With the building's place, or the middle of the estate's, where no point was told: what has
    no point is on no map."""
    if outline is None:
        return Published(request, kind, position=request.position)
    site = outline.sites.get(request.building_id or "")
    here = request.position or (site and site.position) or centre(outline)
    return Published(request, kind, outline.name, site.code if site else None, here)
