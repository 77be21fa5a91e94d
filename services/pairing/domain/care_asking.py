"""Whom a care task is put to next, rung by rung (``care_offer.Rung``), or why to nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.care_offer import Offer, OfferState, Rung, still_open, unasked
from services.pairing.domain.care_rules import CareRules, answer_by
from services.pairing.domain.household import ConsentScope, Household, consents
from services.pairing.domain.member import Member


class UnplacedReason(StrEnum):
    """Why nobody does it."""

    NO_HOUSEHOLD = "no_household"
    NO_CONSENT = "no_consent"
    NO_HELPER = "no_helper"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Step:
    """The members of one rung, in the order in which to ask them."""

    rung: Rung
    members: Sequence[Member] = ()


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who is told if nobody does it: holders of the post, and branches."""

    holder_ids: tuple[str, ...] = ()
    branch_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What asking rests on at this moment: who may be asked, from the lowest rung up, by which
    rules, and whether the household still agrees to be helped."""

    rules: CareRules
    at: datetime
    household: Household | None
    ladder: Sequence[Step] = ()
    watchers: Watchers = Watchers()


def refused(asking: Asking) -> UnplacedReason | None:
    """Why nobody may be asked at all; None if one may."""
    if asking.household is None:
        return UnplacedReason.NO_HOUSEHOLD
    if not consents(asking.household, at=asking.at, to=ConsentScope.HELP):
        return UnplacedReason.NO_CONSENT
    return None


def more_offers(
    offers: Sequence[Offer], asking: Asking, *, due_at: datetime | None
) -> tuple[Offer, ...]:
    """The offers to be made now; none while nobody on the rung is left to be asked, and some of
    it have not answered."""
    standing = {offer.rung for offer in still_open(offers)}
    for step in asking.ladder:
        if standing and step.rung not in standing:
            continue
        chosen = _room(offers, step, asking.rules)
        if chosen:
            until = answer_by(asking.rules, step.rung, at=asking.at, due_at=due_at)
            return tuple(
                Offer(member.id, member.person_id, step.rung, asking.at, until) for member in chosen
            )
    return ()


def is_enough(offers: Sequence[Offer], step: Step, rules: CareRules) -> bool:
    """Whether no higher rung need be looked at: somebody here is to be asked, or has to answer."""
    return bool(_room(offers, step, rules)) or any(
        offer.rung is step.rung for offer in still_open(offers)
    )


def why_nobody(offers: Iterable[Offer]) -> UnplacedReason:
    """The reason, once nobody is left to be asked."""
    states = {offer.state for offer in offers}
    if states & {OfferState.DECLINED, OfferState.GIVEN_BACK}:
        return UnplacedReason.DECLINED
    return UnplacedReason.NO_ANSWER if OfferState.LAPSED in states else UnplacedReason.NO_HELPER


def _room(offers: Sequence[Offer], step: Step, rules: CareRules) -> list[Member]:
    """Whom to ask now on this rung."""
    rule = rules.rungs[step.rung]
    on_it = [offer for offer in offers if offer.rung is step.rung]
    free = min(rule.at_once - len(still_open(on_it)), rule.asked_max - len(on_it))
    return unasked(offers, step.members)[: max(free, 0)]
