"""What a member did, as it is told: when, and how long it took or how much it was."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.pairing.domain.care_task import MINUTES_MAX
from services.pairing.domain.points import PAID, ContributionKind
from shared.days import day_of, start_of
from shared.errors import Invalid

AMOUNT_FEN_MAX = 100_000_000
"""Ours: more than a million yuan in one record is a slip of the finger."""
EVIDENCE_MAX = 10
ABOUT_CHARACTERS_MAX = 500
EARLIEST_ON = date(1921, 7, 1)
"""Nobody was a member before there was a party; the bound where a member's own day is not known."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act: its moment, minutes or fen (a hundredth of a yuan), words about it, evidence by id.

    ``done_at`` is the beginning of the day where only that is known.
    """

    kind: ContributionKind
    done_at: datetime
    minutes: int | None = None
    amount_fen: int | None = None
    about: str | None = None
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be different in what was told; None leaves it."""

    done_on: date | None = None
    minutes: int | None = None
    amount_fen: int | None = None
    about: str | None = None
    evidence_ids: tuple[str, ...] | None = None


def on(day: date, deed: Deed) -> Deed:
    """The same act, of that day; the moment within it is not known."""
    return replace(deed, done_at=start_of(day))


def corrected(deed: Deed, by: Correction, *, dated: bool) -> Deed:
    """The deed as it should be. ``Invalid`` if ``dated``, by the work itself, and moved."""
    if by.done_on is not None:
        if dated:
            raise Invalid("contribution.day_is_the_works", pointer="/done_on")
        deed = on(by.done_on, deed)
    return replace(
        deed,
        minutes=deed.minutes if by.minutes is None else by.minutes,
        amount_fen=deed.amount_fen if by.amount_fen is None else by.amount_fen,
        about=deed.about if by.about is None else by.about,
        evidence_ids=deed.evidence_ids if by.evidence_ids is None else by.evidence_ids,
    )


def check(deed: Deed) -> None:
    """Passes what can be: minutes (1 to 1,440) for acts of time, fen for acts of money, not both.

    Errors: ``Invalid``, which names the field.
    """
    if deed.kind in PAID:
        _check_measure("amount_fen", deed.amount_fen, most=AMOUNT_FEN_MAX)
        _check_absent("minutes", deed.minutes)
    else:
        _check_measure("minutes", deed.minutes, most=MINUTES_MAX)
        _check_absent("amount_fen", deed.amount_fen)
    if len(deed.evidence_ids) > EVIDENCE_MAX:
        raise Invalid("contribution.evidence_max", pointer="/evidence_ids", limit=EVIDENCE_MAX)
    if len(set(deed.evidence_ids)) != len(deed.evidence_ids):
        raise Invalid("contribution.evidence_twice", pointer="/evidence_ids")


def check_day(deed: Deed, *, joined_on: date | None, now: datetime) -> None:
    """Passes a day between the member's joining and today, in Beijing; else ``Invalid``."""
    done_on = day_of(deed.done_at)
    if done_on > day_of(now):
        raise Invalid("contribution.in_future", pointer="/done_on")
    if done_on < (joined_on or EARLIEST_ON):
        raise Invalid("contribution.before_joining", pointer="/done_on")


def _check_measure(name: str, value: int | None, *, most: int) -> None:
    if value is None or not 1 <= value <= most:
        raise Invalid(f"contribution.{name}", pointer=f"/{name}", least=1, most=most)


def _check_absent(name: str, value: int | None) -> None:
    if value is not None:
        raise Invalid("contribution.measure_of_another_kind", pointer=f"/{name}")
