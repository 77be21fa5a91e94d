"""What seals a scorecard: each record's facts to SHA-256, chained in order, the seal over all.

The chain begins with the seal before it, so that whoever changes one fact of the past has to make
every later seal anew, and those have been told to everybody by then. A seal is no secret: it says
that nothing has changed to whoever kept it, however much of the store somebody holds.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from services.property.domain.score_rules import RuleSet
from services.property.domain.scorecard import (
    Input,
    InputKind,
    Scorecard,
    Sealing,
    counted,
    figures_of,
    plus,
    points_of,
)

FINDINGS_MAX = 100
"""Named in one verification; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Link:
    """One sealed record at its ``place`` in the chain, from 0."""

    place: int
    record: Input
    digest: str
    link: str


class Fault(StrEnum):
    """What is not as it was sealed."""

    FACTS_CHANGED = "facts_changed"
    """The kept facts of a record are not those that were sealed."""
    LINK_BROKEN = "link_broken"
    """A record does not follow from the one before it: one was put in, taken out or exchanged."""
    INPUTS_MISSING = "inputs_missing"
    INPUTS_ADDED = "inputs_added"
    CHAIN_BROKEN = "chain_broken"
    """The last link is not the one that was sealed."""
    FIGURES_CHANGED = "figures_changed"
    """The figures or the points are not what the sealed records give by the sealed rules."""
    SEAL_BROKEN = "seal_broken"
    """The seal is not that of what it stands under."""
    PREVIOUS_BROKEN = "previous_broken"
    """The seal before it is not the one that was chained to."""
    NEXT_BROKEN = "next_broken"
    """The seal after it was chained to another one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault; of a record if it can be told of which."""

    fault: Fault
    kind: InputKind | None = None
    record_id: str | None = None


def written(moment: datetime) -> str:
    """A moment as a fact: RFC 3339 in UTC, of one width, so that texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def digest_of(record: Input) -> str:
    """SHA-256 over the canonical form of what a record brings."""
    return _hash({"kind": record.kind.value, "id": record.id, "facts": dict(record.facts)})


def first_link(card: Scorecard, previous_seal: str) -> str:
    """Where the chain of a scorecard begins."""
    return _hash({"scorecard": _named(card), "previous_seal": previous_seal})


def next_link(before: str, digest: str) -> str:
    """The link that a record makes."""
    return hashlib.sha256(f"{before}{digest}".encode()).hexdigest()


def sealed(card: Scorecard, sealing: Sealing, *, position: int) -> Sealing:
    """The same with the seal over all of it."""
    return replace(sealing, seal=seal_of(card, sealing, position=position))


def seal_of(card: Scorecard, sealing: Sealing, *, position: int) -> str:
    """SHA-256 over the canonical form of the scorecard: whose, its rules, its figures, its
    chain."""
    return _hash(
        {
            "scorecard": _named(card),
            "position": position,
            "at": written(sealing.at),
            "rules": rules_told(sealing.rules),
            "left_out": [
                [each.measure.value, each.kind.value, each.record_id, each.objection_id]
                for each in card.left_out
            ],
            "figures": {
                measure.value: [figure.numerator, figure.denominator]
                for measure, figure in sealing.figures.items()
            },
            "points": sealing.points,
            "inputs": sealing.inputs,
            "chain": sealing.chain,
            "carried": list(sealing.carried_ids),
            "previous_seal": sealing.previous_seal,
        }
    )


def rules_told(rules: RuleSet) -> Mapping[str, Any]:
    """What of the rules bears on the figures."""
    return {
        "number": rules.number,
        "in_force_from": rules.in_force_from,
        "weights": {measure.value: weight for measure, weight in rules.weights.items()},
        "satisfied_from": rules.satisfied_from,
        "complaint_points": rules.complaint_points,
    }


class Chain:
    """The chain in the making: records come one by one, and are counted as they are sealed."""

    def __init__(self, card: Scorecard, rules: RuleSet, previous_seal: str) -> None:
        self._card = card
        self._rules = rules
        self.figures = figures_of((), rules)
        self.last = first_link(card, previous_seal)
        self.length = 0
        self._gone = {(each.measure, each.kind, each.record_id) for each in card.left_out}

    def add(self, record: Input) -> Link:
        """The next link."""
        digest = digest_of(record)
        self.last = next_link(self.last, digest)
        link = Link(self.length, record, digest, self.last)
        self.length += 1
        for measure, brought in counted(record, self._rules).items():
            if (measure, record.kind, record.id) not in self._gone:
                self.figures[measure] = plus(self.figures[measure], brought)
        return link


class Verification:
    """Works out a sealed scorecard again from its kept links, which come in order, and says what
    is not as it was sealed.

    Where a fault is found the reckoning goes on from what is kept, so that what comes after is not
    blamed for it.
    """

    def __init__(self, card: Scorecard, sealing: Sealing) -> None:
        self._card = card
        self._sealing = sealing
        self._chain = Chain(card, sealing.rules, sealing.previous_seal)
        self.findings: list[Finding] = []
        self.faults: Counter[Fault] = Counter()
        self._place = 0

    def add(self, link: Link) -> None:
        """The next kept link."""
        before = self._chain.last
        made = self._chain.add(link.record)
        if made.digest != link.digest:
            self.found(Fault.FACTS_CHANGED, link.record)
        if next_link(before, link.digest) != link.link or link.place != self._place:
            self.found(Fault.LINK_BROKEN, link.record)
        self._chain.last = link.link
        self._place = link.place + 1

    def end(self) -> None:
        """There are no more links."""
        chain, sealing = self._chain, self._sealing
        if chain.length != sealing.inputs:
            fewer = chain.length < sealing.inputs
            self.found(Fault.INPUTS_MISSING if fewer else Fault.INPUTS_ADDED)
        if chain.last != sealing.chain:
            self.found(Fault.CHAIN_BROKEN)
        points = points_of(chain.figures, sealing.rules)
        if chain.figures != sealing.figures or points != sealing.points:
            self.found(Fault.FIGURES_CHANGED)
        if seal_of(self._card, sealing, position=self._card.position) != sealing.seal:
            self.found(Fault.SEAL_BROKEN)

    def neighbours(self, before: Scorecard | None, after: Scorecard | None) -> None:
        """The scorecards at the positions before and after it, as far as there are any."""
        if self._card.position > 1 and not _holds(before, self._sealing.previous_seal):
            self.found(Fault.PREVIOUS_BROKEN)
        told = after.sealing.previous_seal if after and after.sealing else self._sealing.seal
        if told != self._sealing.seal:
            self.found(Fault.NEXT_BROKEN)

    def found(self, fault: Fault, record: Input | None = None) -> None:
        """Keep a finding."""
        self.faults[fault] += 1
        if len(self.findings) < FINDINGS_MAX:
            kind, id_ = (record.kind, record.id) if record else (None, None)
            self.findings.append(Finding(fault, kind, id_))


def _holds(card: Scorecard | None, told: str) -> bool:
    """Whether this scorecard bears the seal that was told, and rightly."""
    if card is None or card.sealing is None or card.sealing.seal != told:
        return False
    return seal_of(card, card.sealing, position=card.position) == told


def _named(card: Scorecard) -> list[str | int | None]:
    return [
        card.id,
        card.community,
        card.contractor_id,
        card.month,
        card.edition,
        card.corrects_id,
    ]


def _hash(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
