"""Makes anonymous what was kept for as long as its community's rule says, and sooner on demand.

One request after the other, each in two steps: the write that decides it and says what is left to
remove elsewhere, then the removing. Whatever happens between leaves the note of it in the request,
and the next round goes on from there; to remove what is gone already changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from services.requests.domain.anonymity import (
    AnonymityReason,
    anonymise,
    must_be_over,
    names_of,
)
from services.requests.domain.attribute import LISTS
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from services.requests.domain.retention import RetentionRules, ended_before
from services.requests.service.reading import readable
from services.requests.service.request_traces import Traces
from services.requests.service.retention import RetentionService
from services.requests.service.service_type import ServiceTypeService
from services.requests.service.sweeping import BATCH, swept, tried, with_rules
from shared.alarms import LONG_AGO
from shared.clock import Clock
from shared.deciding import written
from shared.erasing import ErasingStore, Erasure, Left
from shared.errors import NotFound
from shared.faults import fault_point
from shared.photos.ports import PhotoFiles
from shared.store import Order

PHOTOS = "photos"
KEPT: Mapping[str, Any] = {"anonymised_at": None}
BY_END = Order((("closed_at", 1),), ids=1)


class AnonymityService:
    """The use cases."""

    def __init__(
        self,
        store: ErasingStore[ServiceRequest],
        rules: RetentionService,
        types: ServiceTypeService,
        traces: Traces,
        photos: PhotoFiles,
        clock: Clock,
    ) -> None:
        self._store = store
        self._rules = rules
        self._types = types
        self._traces = traces
        self._photos = photos
        self._clock = clock

    async def sweep(self) -> int:
        """All that is due by now, after what was left undone; how many requests became anonymous.

        What cannot be done for one keeps no other waiting, and is tried again at the next call.
        ``Unavailable``.
        """
        for left in await self._store.unfinished(limit=BATCH):
            await tried(self._finish(left), left.id)
        done = 0
        async for community, rules in with_rules(
            self._store, self._rules, field="closed_at", where=KEPT
        ):
            done += await self._sweep(community, rules)
        return done

    async def on_demand(
        self, request_id: str, reader: Reader, *, seen: int | None, reason: AnonymityReason
    ) -> ServiceRequest:
        """Make one anonymous now; one that is already stays as it is.

        ``NotFound``; ``Stale`` if ``seen`` has moved on; ``WrongState`` while it is not over;
        ``Conflict`` while it is in dispute; ``Awaited`` while its last event is still to be told.
        """
        return await written(
            lambda: readable(self._store, request_id, reader),
            lambda request: self._anonymise(request, reason, None),
            seen=seen,
        )

    async def _sweep(self, community: str, rules: RetentionRules) -> int:
        until = ended_before(rules.request_days, at=self._clock.now())
        where = {**KEPT, "closed_at": {"$gt": LONG_AGO, "$lte": until}}
        return await swept(
            self._store,
            where,
            community,
            lambda each: self._anonymise(each, AnonymityReason.RETENTION, rules.version),
            order=BY_END,
        )

    async def _anonymise(
        self, request: ServiceRequest, reason: AnonymityReason, rules_version: int | None
    ) -> ServiceRequest:
        if request.anonymised_at is not None:
            return request
        must_be_over(request)
        await self._traces.must_be_settled(request.id)
        story = await self._store.story(request.id, communities=(request.community,))
        names = names_of(request, [envelope.data for envelope in story])
        anonymous, events = anonymise(
            request,
            names=names,
            chosen=await self._chosen(request),
            reason=reason,
            rules_version=rules_version,
            at=self._clock.now(),
        )
        items = {PHOTOS: [photo.id for photo in request.photos]}
        saved = await self._store.erase(Erasure(anonymous, events, names, items))
        left = Left(request.id, request.community, names, items)
        await tried(self._finish(left), left.id)
        return saved

    async def _finish(self, left: Left) -> None:
        for photo_id in left.items.get(PHOTOS, ()):
            await self._photos.drop(photo_id)
        fault_point("anonymity.photos_dropped")
        await self._traces.forget(left)
        fault_point("anonymity.traces_forgotten")
        await self._store.finish(left.id)

    async def _chosen(self, request: ServiceRequest) -> frozenset[str]:
        """The questions that were answered from a closed list; none if nobody knows any more."""
        try:
            kind = await self._types.version(
                request.community, request.service_code, request.service_type_version
            )
        except NotFound:
            return frozenset()
        return frozenset(each.code for each in kind.attributes if each.datatype in LISTS)
