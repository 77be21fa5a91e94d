"""Giving parking spaces (车位分配): in the order of a waiting list, or by lot (``domain/draw.py``).

A waiting list stays: whenever spaces are free, those who have waited longest get them. For a lot
the spaces are named before, the list closes by the clock, and nobody enters or leaves after that;
the lot is drawn in a call of its own, so that the seed's digest and the list are public before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.property.domain.allotment_terms import AllotmentMode, Terms, check
from services.property.domain.draw import Ticket, commitment_of, list_digest_of, tickets
from shared.errors import Conflict
from shared.events import Event
from shared.events.property_parking import (
    AllotmentCancelled,
    AllotmentClosed,
    AllotmentEntered,
    AllotmentGiven,
    AllotmentLeft,
    AllotmentOpened,
)
from shared.transitions import step

ENTRANTS_MAX = 2_000
"""A document stays far below the store's 1 MB."""
GIVEN_KEPT = 1_000
"""Of a waiting list, the last ones: what was given stands in the permits."""


class AllotmentState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    CLOSED = "closed"
    DRAWN = "drawn"
    CANCELLED = "cancelled"


class AllotmentAction(StrEnum):
    """What moves it."""

    ENTER = "enter"
    LEAVE = "leave"
    GIVE = "give"
    CLOSE = "close"
    DRAW = "draw"
    CANCEL = "cancel"


_S, _A = AllotmentState, AllotmentAction
TRANSITIONS: Mapping[AllotmentState, Mapping[AllotmentAction, AllotmentState]] = {
    _S.OPEN: {
        _A.ENTER: _S.OPEN,
        _A.LEAVE: _S.OPEN,
        _A.GIVE: _S.OPEN,
        _A.CLOSE: _S.CLOSED,
        _A.CANCEL: _S.CANCELLED,
    },
    _S.CLOSED: {_A.DRAW: _S.DRAWN, _A.CANCEL: _S.CANCELLED},
    _S.DRAWN: {},
    _S.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class Entrant:
    """A vehicle that wants a space; its id alone is public."""

    id: str
    vehicle_id: str
    dwelling_id: str
    person_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """Who got which space."""

    entrant_id: str
    vehicle_id: str
    space_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Allotment:
    """One giving of spaces; the ``seed`` is shown to nobody before the draw.

    ``entrants`` stand in the order in which they came; who got a space of a waiting list is none
    any more. ``alarm_at``: when the list closes.
    """

    id: str
    community: str
    version: int
    state: AllotmentState
    estate_id: str
    terms: Terms
    opened_at: datetime
    commitment: str | None
    seed: str | None
    entrants: tuple[Entrant, ...] = ()
    list_digest: str | None = None
    numbers: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    drawn_at: datetime | None = None
    alarm_at: datetime | None = None

    @property
    def entrant_ids(self) -> list[str]:
        """In the order in which they came."""
        return [entrant.id for entrant in self.entrants]

    @property
    def draw(self) -> list[Ticket]:
        """All entrants in the order of the lot; none before it is drawn."""
        if self.state is not AllotmentState.DRAWN or self.seed is None:
            return []
        return tickets(self.seed, self.numbers, self.entrant_ids)


Outcome = tuple[Allotment, list[Event]]


def open_up(allotment: Allotment) -> Outcome:
    """A new one as it is given, with the seed's digest if lots are drawn; ``Invalid``."""
    terms = allotment.terms
    check(terms, opened_at=allotment.opened_at)
    seed = allotment.seed if terms.mode is AllotmentMode.DRAW else None
    commitment = None if seed is None else commitment_of(seed)
    opened = replace(allotment, seed=seed, commitment=commitment, alarm_at=terms.closes_at)
    event = AllotmentOpened(
        allotment_id=opened.id,
        estate_id=opened.estate_id,
        mode=terms.mode.value,
        commitment=commitment,
    )
    return opened, [event]


def enter(allotment: Allotment, entrant: Entrant) -> Outcome:
    """A vehicle is among those to be given a space.

    ``WrongState`` once the time has come; ``Conflict`` if the vehicle is in, its dwelling has as
    many in as may be, or the list is full.
    """
    moved = _taking(allotment, AllotmentAction.ENTER, entrant.at)
    if any(each.vehicle_id == entrant.vehicle_id for each in allotment.entrants):
        raise Conflict("allotment.entered_before")
    same_home = [each for each in allotment.entrants if each.dwelling_id == entrant.dwelling_id]
    if len(same_home) >= allotment.terms.per_dwelling:
        raise Conflict("allotment.dwelling_full", limit=allotment.terms.per_dwelling)
    if len(allotment.entrants) >= ENTRANTS_MAX:
        raise Conflict("allotment.full", limit=ENTRANTS_MAX)
    after = replace(moved, entrants=(*allotment.entrants, entrant))
    event = AllotmentEntered(
        allotment_id=allotment.id, estate_id=allotment.estate_id, entrant_id=entrant.id
    )
    return after, [event]


def leave(allotment: Allotment, *, entrant_id: str, at: datetime) -> Outcome:
    """A vehicle is no longer among them; whose it is, the use case has seen. ``WrongState``."""
    moved = _taking(allotment, AllotmentAction.LEAVE, at)
    rest = tuple(each for each in allotment.entrants if each.id != entrant_id)
    event = AllotmentLeft(
        allotment_id=allotment.id, estate_id=allotment.estate_id, entrant_id=entrant_id
    )
    return replace(moved, entrants=rest), [event]


def tick(allotment: Allotment, *, at: datetime) -> Outcome | None:
    """The list closes when its time has come, and its digest is public; None before."""
    if allotment.state is not AllotmentState.OPEN or not _is_over(allotment, at):
        return None
    digest = list_digest_of(allotment.entrant_ids)
    closed = replace(
        allotment,
        state=step(TRANSITIONS, allotment.state, AllotmentAction.CLOSE, noun="allotment"),
        list_digest=digest,
        alarm_at=None,
    )
    event = AllotmentClosed(
        allotment_id=allotment.id,
        estate_id=allotment.estate_id,
        entrants=len(allotment.entrants),
        list_digest=digest,
    )
    return closed, [event]


def give(allotment: Allotment, *, space_ids: Sequence[str], at: datetime) -> Outcome:
    """Give these spaces of a waiting list to who has waited longest, the first to the first.

    ``Conflict`` if lots are to be drawn, or fewer are waiting; ``WrongState``.
    """
    _check_mode(allotment, AllotmentMode.WAITING_LIST)
    state = step(TRANSITIONS, allotment.state, AllotmentAction.GIVE, noun="allotment")
    if len(space_ids) > len(allotment.entrants):
        raise Conflict("allotment.fewer_waiting", waiting=len(allotment.entrants))
    count = len(space_ids)
    given = _given(allotment.entrants[:count], space_ids, at)
    after = replace(
        allotment,
        state=state,
        entrants=allotment.entrants[count:],
        given=(*allotment.given, *given)[-GIVEN_KEPT:],
    )
    return after, [_told_given(allotment, count)]


def draw(allotment: Allotment, *, numbers: Sequence[str], at: datetime) -> Outcome:
    """Draw the lots: the spaces go, in the order in which they were named, to the first of the
    draw. ``numbers``: what witnesses said aloud.

    ``Conflict`` if it is a waiting list; ``WrongState`` before the list is closed.
    """
    _check_mode(allotment, AllotmentMode.DRAW)
    state = step(TRANSITIONS, allotment.state, AllotmentAction.DRAW, noun="allotment")
    drawn = replace(allotment, state=state, numbers=tuple(numbers), drawn_at=at)
    entrants = {entrant.id: entrant for entrant in drawn.entrants}
    ordered = [entrants[ticket.entrant_id] for ticket in drawn.draw]
    given = _given(ordered, allotment.terms.space_ids, at)
    return replace(drawn, given=given), [_told_given(allotment, len(given))]


def cancel(allotment: Allotment) -> Outcome:
    """Nothing is given by it. ``WrongState``."""
    state = step(TRANSITIONS, allotment.state, AllotmentAction.CANCEL, noun="allotment")
    event = AllotmentCancelled(allotment_id=allotment.id, estate_id=allotment.estate_id)
    return replace(allotment, state=state, alarm_at=None), [event]


def _check_mode(allotment: Allotment, mode: AllotmentMode) -> None:
    if allotment.terms.mode is not mode:
        raise Conflict("allotment.other_mode")


def _given(
    entrants: Sequence[Entrant], space_ids: Sequence[str], at: datetime
) -> tuple[Given, ...]:
    pairs = zip(entrants, space_ids, strict=False)
    return tuple(Given(each.id, each.vehicle_id, space_id, at) for each, space_id in pairs)


def _told_given(allotment: Allotment, count: int) -> AllotmentGiven:
    return AllotmentGiven(allotment_id=allotment.id, estate_id=allotment.estate_id, given=count)


def _is_over(allotment: Allotment, at: datetime) -> bool:
    """Whether the list takes no more entries, by the clock."""
    closes_at = allotment.terms.closes_at
    return closes_at is not None and at >= closes_at


def _taking(allotment: Allotment, action: AllotmentAction, at: datetime) -> Allotment:
    """As it is after the action; it closes by the clock, not by who has looked."""
    over = allotment.state is AllotmentState.OPEN and _is_over(allotment, at)
    state = AllotmentState.CLOSED if over else allotment.state
    return replace(allotment, state=step(TRANSITIONS, state, action, noun="allotment"))
