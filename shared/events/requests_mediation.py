"""What the requests service tells of mediations (调解): for the services alone, never a web hook.

Ids and codes only: who quarrels with whom and about what stays in the service. ``request_id`` is
the request that brought the dispute in, if one did.
"""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Event


class MediationEvent(Event):
    """What happened to a mediation."""

    mediation_id: str
    request_id: str | None


class MediationRegistered(MediationEvent):
    """A dispute was brought in (登记); nobody has agreed to anything yet."""

    type: ClassVar[str] = "requests.mediation.registered.v1"

    urgent: bool


class MediationFlagged(MediationEvent):
    """Whether the dispute may escalate was judged anew."""

    type: ClassVar[str] = "requests.mediation.flagged.v1"

    urgent: bool


class MediationMediatorsAppointed(MediationEvent):
    """These mediate from now on (指定调解员), and may read the case."""

    type: ClassVar[str] = "requests.mediation.mediators_appointed.v1"

    mediator_ids: tuple[str, ...]


class MediationPartiesNamed(MediationEvent):
    """The parties are known, or others than before: each is asked for consent anew."""

    type: ClassVar[str] = "requests.mediation.parties_named.v1"

    parties: int = Field(ge=2)


class MediationConsented(MediationEvent):
    """One more party agreed to be helped by a mediator."""

    type: ClassVar[str] = "requests.mediation.consented.v1"


class MediationAccepted(MediationEvent):
    """All parties agree (受理): the term runs from now on."""

    type: ClassVar[str] = "requests.mediation.accepted.v1"

    mediator_ids: tuple[str, ...]
    term_ends_at: AwareDatetime


class MediationDeclined(MediationEvent):
    """There will be no mediation (不予受理); ``reason`` is a code."""

    type: ClassVar[str] = "requests.mediation.declined.v1"

    reason: str


class MediationBegun(MediationEvent):
    """The parties talk (调解中)."""

    type: ClassVar[str] = "requests.mediation.begun.v1"


class MediationSessionHeld(MediationEvent):
    """The ``sessions``-th session was held."""

    type: ClassVar[str] = "requests.mediation.session_held.v1"

    sessions: int = Field(ge=1)


class MediationExtended(MediationEvent):
    """All parties want more time (延期)."""

    type: ClassVar[str] = "requests.mediation.extended.v1"

    term_ends_at: AwareDatetime


class MediationTermEnding(MediationEvent):
    """The term is over in a week (期限将至): the parties may still talk, or agree to more time."""

    type: ClassVar[str] = "requests.mediation.term_ending.v1"

    mediator_ids: tuple[str, ...]
    term_ends_at: AwareDatetime


class MediationTermOver(MediationEvent):
    """The term is over (期限已满) without an agreement and without an extension."""

    type: ClassVar[str] = "requests.mediation.term_over.v1"

    mediator_ids: tuple[str, ...]
    term_ends_at: AwareDatetime


class MediationPerformanceDelayed(MediationEvent):
    """The last day to do what was agreed has passed, and nobody said that it is done (逾期未履行).

    ``due_on`` is that day, in Beijing.
    """

    type: ClassVar[str] = "requests.mediation.performance_delayed.v1"

    mediator_ids: tuple[str, ...]
    due_on: date


class MediationAgreed(MediationEvent):
    """The parties came to an agreement (达成协议)."""

    type: ClassVar[str] = "requests.mediation.agreed.v1"

    mediator_ids: tuple[str, ...]
    form: Literal["written", "oral"]


class MediationFailed(MediationEvent):
    """They did not come to one (调解不成)."""

    type: ClassVar[str] = "requests.mediation.failed.v1"


class MediationWithdrawn(MediationEvent):
    """It was given up on the way (撤回), by a party or because its request ended."""

    type: ClassVar[str] = "requests.mediation.withdrawn.v1"

    mediator_ids: tuple[str, ...]
    reason: str


class MediationPerformanceStarted(MediationEvent):
    """What was agreed is being done (履行中)."""

    type: ClassVar[str] = "requests.mediation.performance_started.v1"


class MediationFulfilled(MediationEvent):
    """What was agreed is done (已履行)."""

    type: ClassVar[str] = "requests.mediation.fulfilled.v1"


class MediationBreached(MediationEvent):
    """What was agreed was not done (未履行)."""

    type: ClassVar[str] = "requests.mediation.breached.v1"


class MediationResumed(MediationEvent):
    """After a breach the parties talk again, with a term of its own."""

    type: ClassVar[str] = "requests.mediation.resumed.v1"

    term_ends_at: AwareDatetime


class MediationReferred(MediationEvent):
    """The parties were told of the other way there is: arbitration, administration or court."""

    type: ClassVar[str] = "requests.mediation.referred.v1"

    mediator_ids: tuple[str, ...]
    way: Literal["arbitration", "administration", "court"]


class MediationAnonymised(MediationEvent):
    """Nothing in the requests service says any more who had this dispute (匿名化)."""

    type: ClassVar[str] = "requests.mediation.anonymised.v1"
