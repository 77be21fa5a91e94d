"""Expecting visitors, and letting them in once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.property.domain import visitor as domain
from services.property.domain.plate import plate_number
from services.property.domain.visitor import CODE_LENGTH, CODE_SIGNS, VisitorPass, VisitorPassState
from services.property.service.grounds import Looker, check_dwelling
from services.property.service.on_record import OfHome, ParkingGround
from services.property.service.viewer import Viewer
from shared.clock import new_id, new_secret
from shared.envelope import Envelope
from shared.errors import Conflict, NotFound, Stale, WrongState
from shared.store import Store

CODE_TRIES = 5


@dataclass(frozen=True, slots=True)
class PassDraft:
    """A visitor as the host tells of them."""

    estate_id: str
    dwelling_id: str
    valid_from: datetime
    valid_to: datetime
    visitor: str | None = None
    plate: str | None = None


class VisitorPassService(OfHome[VisitorPass]):
    """What one can do with visitors' passes."""

    def __init__(
        self,
        store: Store[VisitorPass],
        ground: ParkingGround,
        new_code: Callable[[], str] = lambda: new_secret(CODE_SIGNS, CODE_LENGTH),
    ) -> None:
        super().__init__(store, ground)
        self._new_code = new_code

    async def issue(self, looker: Looker, draft: PassDraft) -> tuple[VisitorPass, str]:
        """A pass and its code, which nobody can show again.

        Errors: ``Invalid`` (estate, dwelling, the window, the plate); ``Conflict`` if the dwelling
        expects as many as it may.
        """
        plan = await self._ground.grounds.plan(looker.viewer, draft.estate_id)
        check_dwelling(plan, draft.dwelling_id)
        await self._ground.homes.check_home(looker, draft.dwelling_id)
        plate = None if draft.plate is None else plate_number(draft.plate, pointer="/plate")
        new = VisitorPass(
            id=new_id("vpa"),
            community=plan.community,
            version=0,
            state=VisitorPassState.ISSUED,
            estate_id=draft.estate_id,
            dwelling_id=draft.dwelling_id,
            host_id=looker.id,
            visitor=draft.visitor,
            plate=plate,
            plate_digest=plate and self._ground.digests.plate(draft.estate_id, plate),
            code_digest=None,
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
        )
        new, events = domain.issue(new, at=self._ground.clock.now())
        await self._check_room(draft.dwelling_id)
        return await self._with_code(new, events)

    async def admit(self, viewer: Viewer, *, estate_id: str, code: str, gate: str) -> VisitorPass:
        """Who has this code is here, and may come in, once.

        ``Invalid`` for an estate that is not there; ``NotFound`` (``visitor_pass.code_unknown``)
        for a code that is none, is used, or does not hold at this moment: they are not told apart.
        """
        await self._ground.grounds.plan(viewer, estate_id)
        digest = self._ground.digests.code(estate_id, code)
        found = await self._store.find({"estate_id": estate_id, "code_digest": digest}, limit=1)
        used = await self._used(found[0], gate) if found else None
        if used is None:
            raise NotFound("visitor_pass.code_unknown")
        return used

    async def came(self, one: VisitorPass, *, gate: str) -> None:
        """A gate has seen its plate: it is used, unless it is already."""
        await self._used(one, gate)

    async def revoke(self, looker: Looker, id: str, *, seen: int | None) -> VisitorPass:  # noqa: A002
        """Nobody is expected any more. ``NotFound``, ``Stale``, ``WrongState``."""
        found = await self.get(looker, id, seen=seen)
        return await self._store.save(*domain.revoke(found, **await self._ground.ending(found)))

    async def on_occupancy_ended(self, host_id: str, dwelling_id: str, envelope: Envelope) -> None:
        """Who moved out expects nobody there any more; a repeat finds nothing to do."""
        where = {"dwelling_id": dwelling_id, "state": VisitorPassState.ISSUED.value}
        for each in await self._store.find({**where, "host_id": host_id}, limit=100):
            revoked = domain.revoke(each, **await self._ground.ending(each))
            await self._store.save(*revoked, handling=envelope)

    async def heed(self, one: VisitorPass, now: datetime) -> bool:
        """Do what the time brings to it."""
        rule = await self._ground.rules.of(one.community)
        decided = domain.tick(one, at=now, kept=rule.kept)
        if decided is None:
            return False
        await self._store.save(*decided)
        return True

    async def _used(self, one: VisitorPass, gate: str) -> VisitorPass | None:
        """As it is used now, by this gate; None if it does not hold, or another was first."""
        ending = await self._ground.ending(one)
        if not one.holds(ending["at"]):
            return None
        try:
            return await self._store.save(*domain.use(one, gate=gate, **ending))
        except (Stale, WrongState):
            return None

    async def _with_code(self, new: VisitorPass, events: Any) -> tuple[VisitorPass, str]:
        """Saved under a code that no live pass of the estate has."""
        tries_left = CODE_TRIES
        while True:
            code = self._new_code()
            digest = self._ground.digests.code(new.estate_id, code)
            coded = domain.under(new, digest)
            tries_left -= 1
            try:
                return await self._store.save(coded, events), code
            except Conflict as conflict:
                if not tries_left or "code_digest" not in str(conflict.facts.get("fields")):
                    raise

    async def _check_room(self, dwelling_id: str) -> None:
        limit = domain.LIVE_PER_DWELLING_MAX
        where = {"dwelling_id": dwelling_id, "state": VisitorPassState.ISSUED.value}
        if len(await self._store.find(where, limit=limit)) >= limit:
            raise Conflict("visitor_pass.too_many", limit=limit)
