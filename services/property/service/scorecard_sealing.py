"""Sealing scorecards as their months end, by any replica, once; and the editions that correct them.

A chain is written under a name of its own before the scorecard that names it is saved: who is
stopped in between leaves links that no seal names, and whoever is overtaken takes its own back.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from services.property.domain import scorecard as domain
from services.property.domain.estate import Estate
from services.property.domain.month import following
from services.property.domain.objection import Objection, Remedy, left_out_by
from services.property.domain.score_rules import RuleSet
from services.property.domain.scorecard import (
    Input,
    Scorecard,
    ScorecardState,
    Sealing,
    counted,
    points_of,
)
from services.property.domain.seal import Chain, sealed
from services.property.service.score_rules import ScoreRulesService
from services.property.service.scorecard_inputs import LiveFigures, card_id
from services.property.service.scorecard_parts import BATCH, Kept, Links, marks_of
from shared.alarms import Rounds
from shared.clock import Clock, derived_id, new_id
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Conflict, NotFound, Stale, Unavailable
from shared.store import Order, Store

EDITION_TRIES = 5
LAST_FIRST = Order((("position", -1),))
LAST_EDITION_FIRST = Order((("edition", -1),))


class Inputs(Protocol):
    """What is to be sealed, batch by batch; ``carried`` is whole when the last has come."""

    @property
    def carried(self) -> Sequence[str]: ...
    def batches(self) -> AsyncIterator[list[Input]]: ...


class SealedInputs:
    """What was sealed before, once more."""

    def __init__(self, links: Links, former: Sealing) -> None:
        self._links = links
        self._former = former
        self.carried = former.carried_ids

    async def batches(self) -> AsyncIterator[list[Input]]:
        """See ``Inputs``."""
        after = -1
        while links := await self._links.page(self._former.inputs_id, after=after, limit=BATCH):
            yield [each.record for each in links]
            after = links[-1].place


class SealingService:
    """Opens the scorecards of months, and seals them."""

    def __init__(
        self,
        cards: Store[Scorecard],
        links: Links,
        live: LiveFigures,
        rules: ScoreRulesService,
        estates: Store[Estate],
        clock: Clock,
    ) -> None:
        self._cards = cards
        self._links = links
        self._live = live
        self._rules = rules
        self._estates = estates
        self._clock = clock
        overtaken = (Stale, NotFound, Conflict)
        self._rounds: Rounds[Scorecard] = Rounds(
            cards, clock, field="alarm_at", act=self._seal_due, overtaken_by=overtaken
        )

    async def ring(self) -> int:
        """Seal what is due by now, the oldest first; how many."""
        return await self._rounds.ring()

    async def opened(
        self,
        community: str,
        contractor_id: str,
        month: str,
        *,
        handling: Envelope | None = None,
    ) -> None:
        """See to it that there is a scorecard of this month; there is one, however often."""
        id_ = card_id(community, contractor_id, month)
        try:
            await self._cards.get(id_)
        except NotFound:
            decided = domain.open_card(community, contractor_id, month, id=id_)
            try:
                await self._cards.save(*decided, handling=handling)
            except (Stale, AlreadyHeard):
                return  # somebody else has opened it this very moment

    async def correct(self, objection: Objection, envelope: Envelope) -> None:
        """A further edition of the scorecard that was objected to, once for each objection."""
        for _ in range(EDITION_TRIES):
            try:
                return await self._correct(objection, envelope)
            except (Stale, AlreadyHeard):
                return None  # it is there
            except Conflict:
                continue  # another edition, or another month, was sealed meanwhile
        raise Unavailable("scorecard.busy")

    async def _correct(self, objection: Objection, envelope: Envelope) -> None:
        contested = await self._cards.get(objection.scorecard_id)
        last = await self._last_edition(contested)
        if last.sealing is None:
            raise NotFound("store.not_found", id=contested.id)
        card = domain.edition(
            last,
            id=derived_id("sco", objection.id),
            number=last.edition + 1,
            left_out=left_out_by(objection),
        )
        inputs: Inputs = SealedInputs(self._links, last.sealing)
        if objection.remedy is Remedy.RECOUNT:
            inputs = await self._live.inputs(card)
        await self._seal(card, last.sealing.rules, inputs, handling=envelope)

    async def _last_edition(self, card: Scorecard) -> Scorecard:
        where = {
            "community": card.community,
            "contractor_id": card.contractor_id,
            "month": card.month,
        }
        return (await self._cards.find(where, order=LAST_EDITION_FIRST, limit=1))[0]

    async def _seal_due(self, card: Scorecard, _: object) -> bool:
        """Seal a month that has ended; months of a contractor one after the other."""
        earlier = {
            "community": card.community,
            "contractor_id": card.contractor_id,
            "state": ScorecardState.OPEN.value,
            "month": {"$lt": card.month},
        }
        if await self._cards.find(earlier, limit=1):
            return False
        await self._continued(card)
        inputs = await self._live.inputs(card)
        rules = await self._rules.in_force(card.community, card.month)
        await self._seal(card, rules, inputs)
        return True

    async def _continued(self, card: Scorecard) -> None:
        """The next month's, while the contractor has an estate here."""
        where = {"community": card.community, "contractor_id": card.contractor_id}
        if await self._estates.find(where, limit=1):
            await self.opened(card.community, card.contractor_id, following(card.month))

    async def _seal(
        self,
        card: Scorecard,
        rules: RuleSet,
        inputs: Inputs,
        *,
        handling: Envelope | None = None,
    ) -> None:
        """Chain the inputs, by these rules, and save the seal over them."""
        head = await self._head(card)
        previous = head.sealing.seal if head and head.sealing else ""
        position = head.position + 1 if head else 1
        chain, inputs_id = Chain(card, rules, previous), new_id("inp")
        async for batch in inputs.batches():
            links = [chain.add(record) for record in batch]
            kept = [Kept(link, marks_of(counted(link.record, rules))) for link in links]
            await self._links.keep(card.id, inputs_id, kept)
        sealing = Sealing(
            at=self._clock.now(),
            rules=rules,
            figures=chain.figures,
            points=points_of(chain.figures, rules),
            inputs_id=inputs_id,
            inputs=chain.length,
            chain=chain.last,
            previous_seal=previous,
            seal="",
            carried_ids=tuple(inputs.carried),
        )
        sealing = sealed(card, sealing, position=position)
        try:
            decided = domain.seal(card, sealing, position=position)
            await self._cards.save(*decided, handling=handling)
        except (Stale, Conflict, AlreadyHeard):
            await self._links.forget(card.id, inputs_id, others=False)
            raise
        await self._links.forget(card.id, inputs_id, others=True)

    async def _head(self, card: Scorecard) -> Scorecard | None:
        where = {
            "community": card.community,
            "contractor_id": card.contractor_id,
            "position": {"$gt": 0},
        }
        found = await self._cards.find(where, order=LAST_FIRST, limit=1)
        return found[0] if found else None
