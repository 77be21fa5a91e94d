"""Reading scorecards: their figures, the records that made each, and whether a seal still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.property.domain.score_rules import Measure, RuleSet
from services.property.domain.scorecard import (
    KIND_OF,
    Figure,
    Figures,
    Input,
    InputKind,
    LeftOut,
    Scorecard,
    Sealing,
    counted,
    points_of,
)
from services.property.domain.seal import Fault, Finding, Verification
from services.property.service.score_rules import ScoreRulesService
from services.property.service.scorecard_inputs import LiveFigures
from services.property.service.scorecard_parts import (
    BATCH,
    Counted,
    Links,
    is_met,
    mark_of,
)
from services.property.service.viewer import Viewer
from shared.clock import Clock
from shared.envelope import Envelope
from shared.errors import Conflict, Malformed, NotFound
from shared.store import Order, Page, Store, decode_cursor, encode_cursor

NEWEST_MONTH_FIRST = Order((("month", -1), ("edition", -1)))
DRIFT_MAX = 100
"""Records named that are no more as they were sealed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A scorecard with its figures: those of this moment, or the sealed ones."""

    card: Scorecard
    rules: RuleSet
    figures: Figures
    points: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """What a record brings to the measure that was asked for."""

    record: Input
    figure: Figure
    left_out_by: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """Which records of a scorecard: those of a measure; ``met`` only, or the others only."""

    measure: Measure
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """A record that is no more as it was sealed: None where there is none."""

    kind: InputKind
    record_id: str
    sealed: Mapping[str, Any] | None
    now: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether what was sealed is what is kept, and which records are different by now."""

    card: Scorecard
    sealing: Sealing
    findings: tuple[Finding, ...]
    faults: Mapping[Fault, int]
    drifts: tuple[Drift, ...]
    drifted: int


class ScorecardService:
    """What one can look up. A contractor sees its own, who is bound to an estate none."""

    def __init__(
        self,
        cards: Store[Scorecard],
        links: Links,
        counted: Counted,
        live: LiveFigures,
        rules: ScoreRulesService,
        clock: Clock,
    ) -> None:
        self._cards = cards
        self._links = links
        self._counted = counted
        self._live = live
        self._rules = rules
        self._clock = clock

    async def page(
        self, viewer: Viewer, where: Mapping[str, Any], *, cursor: str | None, limit: int
    ) -> Page[Scorecard]:
        """The scorecards that the viewer sees, the newest month first, its last edition first."""
        if viewer.estates is not None:
            return Page([], None)
        company = {} if viewer.company is None else {"contractor_id": viewer.company}
        asked = where.get("contractor_id")
        if asked is not None and viewer.company not in (None, asked):
            return Page([], None)
        return await self._cards.page(
            {**where, **company},
            communities=viewer.communities,
            order=NEWEST_MONTH_FIRST,
            cursor=cursor,
            limit=limit,
        )

    async def card(self, viewer: Viewer, id: str) -> Scorecard:  # noqa: A002
        """One scorecard without its figures. ``NotFound``."""
        found = await self._cards.get(id, communities=viewer.communities)
        if viewer.estates is not None or viewer.company not in (None, found.contractor_id):
            raise NotFound("store.not_found", id=id)
        return found

    async def get(self, viewer: Viewer, id: str) -> Shown:  # noqa: A002
        """One scorecard with its figures. ``NotFound``."""
        card = await self.card(viewer, id)
        if card.sealing is not None:
            return Shown(card, card.sealing.rules, card.sealing.figures, card.sealing.points)
        rules = await self._rules.in_force(card.community, card.month)
        figures = await self._live.of(card, rules, at=self._clock.now())
        return Shown(card, rules, figures, points_of(figures, rules))

    async def story(self, viewer: Viewer, id: str) -> list[Envelope]:  # noqa: A002
        """Everything that happened to one scorecard, oldest first. ``NotFound``."""
        await self.card(viewer, id)
        return await self._cards.story(id, communities=viewer.communities)

    async def records(
        self,
        viewer: Viewer,
        id: str,  # noqa: A002
        question: Question,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page[Share]:
        """The records that made a figure; those of a month that runs as they are now. A page may
        have fewer than ``limit`` and be followed by another. ``NotFound``, ``Malformed``."""
        card = await self.card(viewer, id)
        if card.sealing is not None:
            return await self._sealed_records(card, card.sealing, question, cursor, limit)
        rules = await self._rules.in_force(card.community, card.month)
        source = self._counted.source(KIND_OF[question.measure])
        scope = self._live.scope(card, at=self._clock.now())
        page = await source.page(scope, cursor=cursor, limit=limit)
        told = [source.told(each) for each in page.items]
        return Page(_shares(told, rules, question, card.left_out), page.next_cursor)

    async def verify(self, viewer: Viewer, id: str) -> Verified:  # noqa: A002
        """Work out a sealed scorecard again, and compare each of its records with what it is by
        now. ``NotFound``; ``Conflict`` for one that is not sealed."""
        card = await self.card(viewer, id)
        sealing = card.sealing
        if sealing is None:
            raise Conflict("scorecard.not_sealed")
        check, seen = Verification(card, sealing), set[tuple[InputKind, str]]()
        drifts, drifted, after = list[Drift](), 0, -1
        while links := await self._links.page(sealing.inputs_id, after=after, limit=BATCH):
            for link in links:
                check.add(link)
                seen.add((link.record.kind, link.record.id))
            found = await self._changed(card, [link.record for link in links])
            drifts, drifted = (drifts + found)[:DRIFT_MAX], drifted + len(found)
            after = links[-1].place
        check.end()
        check.neighbours(
            await self._at(card, card.position - 1), await self._at(card, card.position + 1)
        )
        added = await self._added(card, sealing, seen)
        return Verified(
            card,
            sealing,
            tuple(check.findings),
            check.faults,
            tuple((drifts + added)[:DRIFT_MAX]),
            drifted + len(added),
        )

    async def _sealed_records(
        self,
        card: Scorecard,
        sealing: Sealing,
        question: Question,
        cursor: str | None,
        limit: int,
    ) -> Page[Share]:
        mark = mark_of(question.measure, met=question.met)
        links = await self._links.page(
            sealing.inputs_id, mark=mark, after=_place(cursor), limit=limit + 1
        )
        shown = [each.record for each in links[:limit]]
        more = encode_cursor(str(links[limit - 1].place)) if len(links) > limit else None
        return Page(_shares(shown, sealing.rules, question, card.left_out), more)

    async def _changed(self, card: Scorecard, records: list[Input]) -> list[Drift]:
        """Those that are not any more what they were, or count no more."""
        scope = self._live.scope(card, at=self._clock.now())
        found: list[Drift] = []
        for kind in InputKind:
            asked = [each for each in records if each.kind is kind]
            source = self._counted.source(kind)
            those = await source.those(scope, [each.id for each in asked])
            by_id = {each.id: source.told(each).facts for each in those}
            found += [
                Drift(kind, each.id, each.facts, by_id.get(each.id))
                for each in asked
                if by_id.get(each.id) != each.facts
            ]
        return found

    async def _added(
        self, card: Scorecard, sealing: Sealing, seen: set[tuple[InputKind, str]]
    ) -> list[Drift]:
        """Those that would count in this month by now, and were not sealed."""
        inputs = await self._live.inputs(card)
        carried = set(sealing.carried_ids)
        found: list[Drift] = []
        async for batch in inputs.batches():
            found += [
                Drift(each.kind, each.id, None, each.facts)
                for each in batch
                if (each.kind, each.id) not in seen and each.id not in carried
            ]
        return found

    async def _at(self, card: Scorecard, position: int) -> Scorecard | None:
        where = {
            "community": card.community,
            "contractor_id": card.contractor_id,
            "position": position,
        }
        found = await self._cards.find(where, limit=1) if position > 0 else []
        return found[0] if found else None


def _shares(
    records: list[Input], rules: RuleSet, question: Question, left_out: tuple[LeftOut, ...]
) -> list[Share]:
    gone = {
        each.record_id: each.objection_id for each in left_out if each.measure is question.measure
    }
    found = []
    for record in records:
        figure = counted(record, rules).get(question.measure)
        wanted = figure is not None and question.met in (None, is_met(question.measure, figure))
        if figure is not None and wanted:
            found.append(Share(record, figure, gone.get(record.id)))
    return found


def _place(cursor: str | None) -> int:
    """The place in a chain that a cursor names; ``Malformed`` for one that no page gave."""
    if cursor is None:
        return -1
    text = decode_cursor(cursor)
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Malformed("cursor.malformed", pointer="cursor")
    return int(text)
