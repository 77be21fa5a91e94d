"""Whom a care task is put to next, rung by rung (``care_offer.Rung``), or why to nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.care_offer import Offer, OfferState, Rung, asked, still_open, unasked
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

    def refused(self) -> UnplacedReason | None:
        """Why nobody may be asked at all; None if one may."""
        if self.household is None:
            return UnplacedReason.NO_HOUSEHOLD
        if not consents(self.household, at=self.at, to=ConsentScope.HELP):
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


def has_more(offers: Sequence[Offer], step: Step, rules: CareRules) -> bool:
    """Whether somebody on this rung was not asked yet and may be, now or once others have answered:
    until that is over no higher rung is looked at."""
    return bool(unasked(offers, step.members)) and _left(offers, step, rules) > 0


def why_nobody(offers: Iterable[Offer]) -> UnplacedReason:
    """The reason, once nobody is left to be asked."""
    states = {offer.state for offer in offers}
    if states & {OfferState.DECLINED, OfferState.GIVEN_BACK}:
        return UnplacedReason.DECLINED
    return UnplacedReason.NO_ANSWER if OfferState.LAPSED in states else UnplacedReason.NO_HELPER


def _room(offers: Sequence[Offer], step: Step, rules: CareRules) -> list[Member]:
    """Whom to ask now on this rung."""
    waiting = sum(offer.rung is step.rung for offer in still_open(offers))
    free = min(rules.rungs[step.rung].at_once - waiting, _left(offers, step, rules))
    return unasked(offers, step.members)[: max(free, 0)]


def _left(offers: Sequence[Offer], step: Step, rules: CareRules) -> int:
    """How many more may be asked on this rung at all."""
    already = sum(offer.rung is step.rung for offer in asked(offers))
    return rules.rungs[step.rung].asked_max - already
