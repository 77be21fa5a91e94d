"""What pairing tells of help on request beside its first and last steps (``pairing.py``): the
answers of those who are asked at once, and the rules by which they are asked.

Ids and codes only: what is asked for, where and why somebody says no stays in the service.
"""

from typing import ClassVar

from shared.events.base import Event


class CareTaskOfferWithdrawn(Event):
    """These helpers need not answer any more; ``reason``: taken (somebody else accepted first),
    cancelled (the request is over), no_consent, gone (they are not there any more)."""

    type: ClassVar[str] = "pairing.care_task.offer_withdrawn.v1"

    care_task_id: str
    request_id: str
    helper_ids: tuple[str, ...]
    reason: str


class CareTaskOfferLapsed(Event):
    """These helpers did not answer in time; others are asked, or the task is unplaced."""

    type: ClassVar[str] = "pairing.care_task.offer_lapsed.v1"

    care_task_id: str
    request_id: str
    helper_ids: tuple[str, ...]


class CareTaskStarted(Event):
    """The helper is at it."""

    type: ClassVar[str] = "pairing.care_task.started.v1"

    care_task_id: str
    request_id: str
    helper_id: str


class CareTaskGivenBack(Event):
    """The helper who had accepted cannot do it after all; others are asked, or it is unplaced."""

    type: ClassVar[str] = "pairing.care_task.given_back.v1"

    care_task_id: str
    request_id: str
    helper_id: str


class CareRulesAdopted(Event):
    """A community made the common rules of asking helpers its own, as they were, to change them."""

    type: ClassVar[str] = "pairing.care_rules.adopted.v1"

    care_rules_id: str


class CareRulesChanged(Event):
    """A community asks its helpers otherwise from now on; who is asked already keeps their time."""

    type: ClassVar[str] = "pairing.care_rules.changed.v1"

    care_rules_id: str
