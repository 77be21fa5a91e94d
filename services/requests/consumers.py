"""What requests hears: estates from property, and what became of care tasks from pairing.

That a helper declined needs no handling: pairing asks the next one, or says that it is unplaced.
"""

from services.requests.service.estate import EstateService
from services.requests.service.request import RequestService
from shared.bus import Hearing
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted, CareTaskUnplaced
from shared.events.property import EstateRegistered


def hearings(requests: RequestService, estates: EstateService) -> list[Hearing]:
    """Each event with the use case that handles it."""
    return [
        Hearing(EstateRegistered, estates.registered),
        Hearing(CareTaskAccepted, requests.care_accepted),
        Hearing(CareTaskCompleted, requests.care_completed),
        Hearing(CareTaskUnplaced, requests.care_unplaced),
    ]
