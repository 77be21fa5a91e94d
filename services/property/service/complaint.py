"""Complaints: anybody of the community files, the contractor answers, the committee decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.property.domain import complaint as domain
from services.property.domain.complaint import Accused, Complaint, Grievance
from services.property.domain.work_order import WorkOrder
from services.property.service.estate import Plans
from services.property.service.photo import PhotoService
from services.property.service.viewer import Target, Viewer
from shared.clock import Clock, new_id
from shared.envelope import Envelope
from shared.errors import Invalid, NotFound
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store, check_seen


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes, and who: ``own`` alone, for who may see what they filed themselves."""

    viewer: Viewer
    person_id: str
    own: bool

    def target(self, id: str, seen: int | None) -> "Aim":  # noqa: A002
        """A complaint that this reader wants to change."""
        return Aim(self, Target(self.viewer, id, seen))


@dataclass(frozen=True, slots=True)
class Unshown:
    """Where a complaint's photos belong: to the estate, and to no company, for they may show who
    complains."""

    community: str
    estate_id: str
    contractor_id: None = None


class ReadFor(StrEnum):
    """For what somebody else reads a complaint in full."""

    ANSWER = "answer"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Aim:
    """One complaint, and who wants to change it."""

    reader: Reader
    target: Target


class ComplaintService:
    """The use cases. Each: ``Unavailable``; what is not the reader's is ``NotFound``."""

    def __init__(
        self,
        store: Store[Complaint],
        plans: Plans,
        work_orders: Store[WorkOrder],
        on: tuple[PhotoService, ReadingLog],
        clock: Clock,
    ) -> None:
        self._store = store
        self._plans = plans
        self._work_orders = work_orders
        self._photos, self._readings = on
        self._clock = clock

    async def file(self, reader: Reader, estate_id: str, grievance: Grievance) -> Complaint:
        """Complain about the contractor of an estate.

        ``Invalid`` for an estate that is not there for the reader or has no contractor, for work
        that was not done there, and for photos that are not the reader's.
        """
        plan = await self._plans.plan(estate_id)
        if plan is None or plan.community not in reader.viewer.communities:
            raise Invalid("complaint.estate_unknown", pointer="/estate_id")
        if plan.contractor_id is None:
            raise Invalid("complaint.no_contractor", pointer="/estate_id")
        await self._check_work(estate_id, grievance)
        accused = Accused(plan.community, plan.estate_id, plan.contractor_id)
        decided = domain.file(
            accused, grievance, id=new_id("cpl"), by=reader.person_id, at=self._clock.now()
        )
        belongs = Unshown(plan.community, plan.estate_id)
        await self._photos.claim(reader.viewer, grievance.photo_ids, on=belongs)
        return await self._store.save(*decided)

    async def get(self, reader: Reader, id: str) -> Complaint:  # noqa: A002
        """One complaint in full: unless it is the reader's own, who reads it, and whether to
        answer or to decide, is on record first. ``NotFound``."""
        found = await self._seen(reader.target(id, None))
        if found.filed_by != reader.person_id:
            purpose = ReadFor.DECIDE if reader.viewer.company is None else ReadFor.ANSWER
            await self._readings.note(found, by=reader.person_id, purpose=purpose.value)
        return found

    async def readings(
        self,
        reader: Reader,
        id: str,  # noqa: A002
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[Reading]:
        """Who read it in full, newest first. ``NotFound``."""
        found = await self._seen(reader.target(id, None))
        return await self._readings.page(found, cursor=cursor, limit=limit)

    async def page(
        self, reader: Reader, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Complaint]:
        """The complaints that the reader sees, newest first."""
        own = {"filed_by": reader.person_id} if reader.own else {}
        bounds = reader.viewer.within({**where, **own})
        return await self._store.page(
            bounds, communities=reader.viewer.communities, cursor=cursor, limit=limit
        )

    async def story(self, reader: Reader, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one complaint, oldest first. ``NotFound``."""
        await self._seen(reader.target(id, None))
        return await self._store.story(id, communities=reader.viewer.communities)

    async def answer(self, aim: Aim, *, text: str) -> Complaint:
        """The contractor says what it has to say. ``NotFound``, ``Stale``, ``WrongState``."""
        decided = domain.answer(await self._seen(aim), text=text, at=self._clock.now())
        return await self._store.save(*decided)

    async def uphold(self, aim: Aim, *, reason: str) -> Complaint:
        """It is justified. ``NotFound``, ``Stale``, ``WrongState``, ``Conflict``."""
        by, at = aim.reader.person_id, self._clock.now()
        decided = domain.uphold(await self._seen(aim), reason=reason, by=by, at=at)
        return await self._store.save(*decided)

    async def dismiss(self, aim: Aim, *, reason: str) -> Complaint:
        """It is not justified. ``NotFound``, ``Stale``, ``WrongState``."""
        by, at = aim.reader.person_id, self._clock.now()
        decided = domain.dismiss(await self._seen(aim), reason=reason, by=by, at=at)
        return await self._store.save(*decided)

    async def withdraw(self, aim: Aim) -> Complaint:
        """Who filed it takes it back. ``NotFound`` for anybody else; ``Stale``, ``WrongState``."""
        found = await self._seen(aim)
        if found.filed_by != aim.reader.person_id:
            raise NotFound("store.not_found", id=found.id)
        return await self._store.save(*domain.withdraw(found))

    async def _seen(self, aim: Aim) -> Complaint:
        reader, target = aim.reader, aim.target
        found = await self._store.get(target.id, communities=target.viewer.communities)
        mine = not reader.own or found.filed_by == reader.person_id
        if not mine or not target.viewer.sees(found):
            raise NotFound("store.not_found", id=target.id)
        check_seen(found, target.seen)
        return found

    async def _check_work(self, estate_id: str, grievance: Grievance) -> None:
        if grievance.work_order_id is None:
            return
        try:
            order = await self._work_orders.get(grievance.work_order_id)
        except NotFound:
            order = None
        if order is None or order.estate_id != estate_id:
            raise Invalid("complaint.work_unknown", pointer="/work_order_id")
