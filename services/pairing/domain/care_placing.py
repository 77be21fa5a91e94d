"""Putting a care task to a household's own helpers, then to who holds the post, then to who is best
placed (``care_asking.py``), each with a time to answer; the first to accept does it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.pairing.domain.care_asking import (
    Asking,
    UnplacedReason,
    Watchers,
    more_offers,
    why_nobody,
)
from services.pairing.domain.care_offer import Offer, OfferReason, OfferState, still_open
from services.pairing.domain.care_task import (
    TRANSITIONS,
    CareTask,
    CareTaskAction,
    CareTaskState,
    Origin,
    Outcome,
    listed,
    move,
    offer_to,
    put,
)
from shared.errors import Conflict
from shared.events.pairing import (
    CareTaskAccepted,
    CareTaskCancelled,
    CareTaskDeclined,
    CareTaskOffered,
    CareTaskUnplaced,
)
from shared.events.pairing_care import (
    CareTaskGivenBack,
    CareTaskOfferLapsed,
    CareTaskOfferWithdrawn,
)

TAKEN, CANCELLED, NO_CONSENT, GONE = "taken", "cancelled", "no_consent", "gone"
"""Why an offer is withdrawn, as it is told."""
NOBODY = Watchers()


def place(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    origin: Origin,
    asking: Asking,
) -> Outcome:
    """Put what the request asks for to the first who may be asked, or say why to nobody."""
    task = CareTask(
        id=id,
        community=community,
        version=0,
        state=CareTaskState.OFFERED,
        request_id=origin.request_id,
        origin=origin,
        household_id=None if asking.household is None else asking.household.id,
    )
    return _ask(task, asking)


def accept(task: CareTask, *, person_id: str, at: datetime) -> Outcome:
    """One of those who are asked says yes: the others need not answer.

    ``WrongState`` if somebody else was first; ``Conflict`` if the offer is over, by the clock also.
    """
    moved = move(task, CareTaskAction.ACCEPT)
    offer = _answerable(task, person_id, at)
    accepted = replace(offer, state=OfferState.ACCEPTED, answered_at=at)
    moved = replace(moved, helper_id=offer.helper_id, helper_person_id=person_id)
    event = CareTaskAccepted(
        care_task_id=task.id, request_id=task.request_id, helper_id=offer.helper_id
    )
    after, withdrawn = _withdraw_all(put(moved, accepted), TAKEN)
    return after, [event, *withdrawn]


def decline(
    task: CareTask, *, person_id: str, reason: OfferReason | None, asking: Asking
) -> Outcome:
    """One of those who are asked says no: the next one is asked, or it is unplaced.

    ``Conflict`` if the offer is over.
    """
    moved = move(task, CareTaskAction.DECLINE)
    offer = _answerable(task, person_id, asking.at)
    no = replace(offer, state=OfferState.DECLINED, answered_at=asking.at, reason=reason)
    event = CareTaskDeclined(
        care_task_id=task.id, request_id=task.request_id, helper_id=offer.helper_id
    )
    after, events = _ask(put(moved, no), asking)
    return after, [event, *events]


def lapse(task: CareTask, *, asking: Asking) -> Outcome | None:
    """Those whose time to answer is over are asked no more; None if there is nobody of them."""
    after = move(task, CareTaskAction.LAPSE)
    over = [each for each in still_open(task.offers) if each.answer_by <= asking.at]
    if not over:
        return None
    for offer in over:
        after = put(after, replace(offer, state=OfferState.LAPSED))
    event = CareTaskOfferLapsed(
        care_task_id=task.id,
        request_id=task.request_id,
        helper_ids=tuple(offer.helper_id for offer in over),
    )
    after, events = _ask(after, asking)
    return after, [event, *events]


def give_back(task: CareTask, *, reason: OfferReason | None, asking: Asking) -> Outcome:
    """The helper cannot do it after all: others are asked, or it is unplaced."""
    moved = move(task, CareTaskAction.GIVE_BACK)
    (held,) = (each for each in task.offers if each.state is OfferState.ACCEPTED)
    back = replace(held, state=OfferState.GIVEN_BACK, answered_at=asking.at, reason=reason)
    moved = replace(put(moved, back), helper_id=None, helper_person_id=None, started_at=None)
    event = CareTaskGivenBack(
        care_task_id=task.id, request_id=task.request_id, helper_id=held.helper_id
    )
    after, events = _ask(moved, asking)
    return after, [event, *events]


def helper_gone(task: CareTask, *, helper_id: str, asking: Asking) -> Outcome:
    """A helper is not there any more: what they are asked or had accepted goes to others."""
    if task.helper_id == helper_id:
        return give_back(task, reason=OfferReason.AWAY, asking=asking)
    moved = move(task, CareTaskAction.LAPSE)
    theirs = [each for each in still_open(task.offers) if each.helper_id == helper_id]
    left, withdrawn = _withdraw(moved, GONE, theirs)
    after, events = _ask(left, asking)
    return after, [*withdrawn, *events]


def cancel(task: CareTask) -> Outcome:
    """The request is not ours any more: nothing is to be done."""
    event = CareTaskCancelled(care_task_id=task.id, request_id=task.request_id)
    after, withdrawn = _withdraw_all(move(task, CareTaskAction.CANCEL), CANCELLED)
    return after, [event, *withdrawn]


def stop(task: CareTask, *, watchers: Watchers) -> Outcome:
    """The household took its consent back while somebody was being asked."""
    moved = move(task, CareTaskAction.STOP)
    return _unplace(moved, UnplacedReason.NO_CONSENT, watchers)


def overtaken(
    task: CareTask, *, ended_up_to: int, consenting: bool, watchers: Watchers = NOBODY
) -> Outcome | None:
    """What has to follow from what happened around the task since; None if nothing has.

    ``ended_up_to``: the version at which its request last left our hands, 0 if never.
    ``consenting``: whether its household agrees to be helped at this moment.
    """
    open_to = TRANSITIONS[task.state]
    if task.origin.assigned_as < ended_up_to and CareTaskAction.CANCEL in open_to:
        return cancel(task)
    if not consenting and CareTaskAction.STOP in open_to:
        return stop(task, watchers=watchers)
    return None


def _answerable(task: CareTask, person_id: str, at: datetime) -> Offer:
    offer = offer_to(task, person_id)
    state = OfferState.WITHDRAWN if offer is None else offer.state
    if offer is not None and state is OfferState.OPEN and offer.answer_by <= at:
        state = OfferState.LAPSED  # the clock has not seen it yet
    if offer is None or state is not OfferState.OPEN:
        raise Conflict("care_task.offer_over", state=f"care_offer.{state.value}")
    return offer


def _ask(task: CareTask, asking: Asking) -> Outcome:
    """On offer to those asked already and to whom else may be asked now; else unplaced."""
    reason = asking.refused()
    if reason is not None:
        return _unplace(task, reason, asking.watchers)
    new = more_offers(task.offers, asking, due_at=task.origin.due_at)
    if not new and not still_open(task.offers):
        return _unplace(task, why_nobody(task.offers), asking.watchers)
    again = {offer.helper_id for offer in new}
    before = (offer for offer in task.offers if offer.helper_id not in again)
    offered = replace(task, state=CareTaskState.OFFERED, offers=(*before, *new))
    return listed(offered), [
        CareTaskOffered(
            care_task_id=task.id,
            request_id=task.request_id,
            household_id=task.household_id or "",
            helper_id=offer.helper_id,
            rung=offer.rung.value,
            answer_by=offer.answer_by,
        )
        for offer in new
    ]


def _unplace(task: CareTask, reason: UnplacedReason, watchers: Watchers) -> Outcome:
    withdrawn, events = _withdraw_all(task, NO_CONSENT)
    unplaced = replace(withdrawn, state=CareTaskState.UNPLACED, unplaced_reason=reason)
    event = CareTaskUnplaced(
        care_task_id=task.id,
        request_id=task.request_id,
        reason=reason.value,
        holder_ids=watchers.holder_ids,
        branch_ids=watchers.branch_ids,
    )
    return unplaced, [*events, event]


def _withdraw_all(task: CareTask, reason: str) -> Outcome:
    return _withdraw(task, reason, still_open(task.offers))


def _withdraw(task: CareTask, reason: str, over: Sequence[Offer]) -> Outcome:
    """These need not answer any more."""
    for offer in over:
        task = put(task, replace(offer, state=OfferState.WITHDRAWN))
    if not over:
        return listed(task), []
    event = CareTaskOfferWithdrawn(
        care_task_id=task.id,
        request_id=task.request_id,
        helper_ids=tuple(offer.helper_id for offer in over),
        reason=reason,
    )
    return listed(task), [event]
