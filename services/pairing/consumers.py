"""Events in: the estates of property, the care requests of requests, and pairing's own."""

from dataclasses import dataclass

from services.pairing.service.care_task import CareTaskService
from services.pairing.service.drafting import DraftingService
from services.pairing.service.estate import EstateService
from services.pairing.service.pairing import PairingService
from shared.bus import Hearing
from shared.envelope import Envelope
from shared.events.pairing import CareTaskCompleted, HouseholdConsentWithdrawn
from shared.events.pairing_register import (
    HouseholdConsentExpired,
    HouseholdLeft,
    HouseholdStopped,
)
from shared.events.property import EstateRegistered
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReturned,
    RequestWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Hearers:
    """The use cases that hear something."""

    estates: EstateService
    pairings: PairingService
    care_tasks: CareTaskService
    drafts: DraftingService

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Two nouns rest on consent; a repeat does again only what was left undone."""
        await self.pairings.on_household_stopped(event, envelope)
        await self.care_tasks.on_household_stopped(event, envelope)


def hearings(hearers: Hearers) -> list[Hearing]:
    """What is heard, and by which use case."""
    return [
        Hearing(EstateRegistered, hearers.estates.on_estate_registered),
        Hearing(RequestAssigned, hearers.care_tasks.on_request_assigned),
        Hearing(RequestReturned, hearers.care_tasks.on_request_ended),
        Hearing(RequestWithdrawn, hearers.care_tasks.on_request_ended),
        Hearing(RequestMerged, hearers.care_tasks.on_request_ended),
        Hearing(RequestReferred, hearers.care_tasks.on_request_ended),
        Hearing(HouseholdConsentWithdrawn, hearers.on_household_stopped),
        Hearing(HouseholdConsentExpired, hearers.on_household_stopped),
        Hearing(HouseholdLeft, hearers.on_household_stopped),
        Hearing(CareTaskCompleted, hearers.drafts.on_care_task_completed),
    ]
