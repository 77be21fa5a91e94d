"""Rolls, ballots and how they are counted: exact fractions, never a floating one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.errors import Invalid

ROLL_ENTRIES_MAX = 10_000
"""More homes than any estate of the platform has; a larger one votes by building."""
SHARE_PARTS_MAX = 1_000


class Choice(StrEnum):
    """What one may say to a resolution."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class BallotChannel(StrEnum):
    """How a ballot came in; a named officer enters those on paper and by telephone."""

    ONLINE = "online"
    PAPER = "paper"
    PHONE = "phone"


class Basis(StrEnum):
    """Of what the votes in favour are to be a share."""

    CAST = "cast"
    """All ballots, abstentions too (表决票)."""
    DECIDED = "decided"
    """Those for and against."""
    ROLL = "roll"
    """Everybody who might have voted."""


@dataclass(frozen=True, slots=True)
class Share:
    """At least ``numerator``/``denominator`` of a whole, or more than it.

    Civil Code art. 1259: 以上 (at least) includes the number, 超过 (more than) does not.
    """

    numerator: int
    denominator: int
    more_than: bool = False

    def reached(self, part: int, whole: int) -> bool:
        """Whether the part is that much of the whole; nothing is never enough."""
        left, right = part * self.denominator, whole * self.numerator
        return part > 0 and (left > right if self.more_than else left >= right)


HALF = Share(1, 2)  # 半数以上; domain.md section 3: a sample by-law, not law
MORE_THAN_HALF = Share(1, 2, more_than=True)  # a simple majority: the same sample by-law


@dataclass(frozen=True, slots=True)
class Rules:
    """When a vote counts (``quorum`` of the roll) and when it carries (``threshold``)."""

    quorum: Share = HALF
    threshold: Share = MORE_THAN_HALF
    basis: Basis = Basis.CAST


@dataclass(frozen=True, slots=True)
class RollEntry:
    """One vote on the roll: a home's or a person's; ``voter_id`` may cast it online."""

    id: str
    voter_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a roll entry said, how, and who sent or entered it."""

    entry_id: str
    choice: Choice
    channel: BallotChannel
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry as the roll has it: its ballot once it has voted."""

    entry: RollEntry
    ballot: Ballot | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The ballots of a closed vote, counted."""

    votes_for: int
    votes_against: int
    abstained: int

    @property
    def cast(self) -> int:
        """How many ballots there were."""
        return self.votes_for + self.votes_against + self.abstained


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the count means by the rules."""

    quorate: bool
    carried: bool


def judged(tally: Tally, *, entries: int, rules: Rules) -> Outcome:
    """Whether enough took part, and whether enough of them were in favour."""
    whole = {
        Basis.CAST: tally.cast,
        Basis.DECIDED: tally.votes_for + tally.votes_against,
        Basis.ROLL: entries,
    }[rules.basis]
    quorate = rules.quorum.reached(tally.cast, entries)
    return Outcome(quorate, quorate and rules.threshold.reached(tally.votes_for, whole))


def check_rules(rules: Rules) -> None:
    """``Invalid`` for a share that is none, or that nobody can ever reach."""
    for name, share in (("quorum", rules.quorum), ("threshold", rules.threshold)):
        sound = 0 < share.numerator <= share.denominator <= SHARE_PARTS_MAX
        if not sound or (share.more_than and share.numerator == share.denominator):
            raise Invalid("vote.share", pointer=f"/{name}")


def roll_of(named: Sequence[RollEntry], homes: frozenset[str]) -> tuple[RollEntry, ...]:
    """The roll: who is named, and each home that is not named, which votes on paper or by phone.

    ``Invalid`` if it is empty, names somebody twice, or has more than 10,000 entries.
    """
    ids = {entry.id for entry in named}
    if len(ids) != len(named):
        raise Invalid("vote.roll_twice", pointer="/entries")
    roll = (*named, *(RollEntry(home) for home in sorted(homes - ids)))
    if not roll:
        raise Invalid("vote.roll_empty", pointer="/entries")
    if len(roll) > ROLL_ENTRIES_MAX:
        raise Invalid("vote.roll_long", pointer="/entries", limit=ROLL_ENTRIES_MAX)
    return roll
