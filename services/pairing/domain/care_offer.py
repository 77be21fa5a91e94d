"""Offers (征询): whom a care task was put to, on which rung, until when, and what they said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.member import Member


class Rung(StrEnum):
    """Who is asked, in this order: a rung is climbed once nobody is left on the one below."""

    OWN = "own"
    """Helpers of the household's active pairings, or who stands in for them."""
    POST = "post"
    """Who holds the post (岗位) that answers for such requests."""
    MATCHED = "matched"
    """The community's members, in the order of what matching reckons each would cost."""


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    """Nobody answered in time."""
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"
    """Accepted, and not to be kept after all."""


class OfferReason(StrEnum):
    """Why somebody says no, or gives back what they had accepted; of illness nobody is asked."""

    NO_TIME = "no_time"
    AWAY = "away"
    TOO_FAR = "too_far"
    NOT_ABLE = "not_able"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Offer:
    """One member is asked; from ``answer_by`` on an answer counts no more."""

    helper_id: str
    person_id: str
    rung: Rung
    at: datetime
    answer_by: datetime
    state: OfferState = OfferState.OPEN
    answered_at: datetime | None = None
    reason: OfferReason | None = None


def still_open(offers: Iterable[Offer]) -> list[Offer]:
    """Those that may still be answered."""
    return [offer for offer in offers if offer.state is OfferState.OPEN]


def asked(offers: Iterable[Offer]) -> list[Offer]:
    """Those that stand, or came to their end by whom they were made to: not one that was withdrawn,
    as somebody else was faster, say, who may give it back."""
    return [offer for offer in offers if offer.state is not OfferState.WITHDRAWN]


def unasked(offers: Iterable[Offer], members: Iterable[Member]) -> list[Member]:
    """The members to whom it can be put (again), in their order, each once."""
    asked_ids = {offer.helper_id for offer in asked(offers)}
    return list({each.id: each for each in members if each.id not in asked_ids}.values())
