"""What requests hears: estates from property, and care tasks and visits from pairing.

That a helper declined, did not answer or gave it back needs no handling: pairing asks the next one,
or says that it is unplaced.
"""

from services.requests.service.care import CareService
from services.requests.service.dispute import DisputeService
from services.requests.service.duplicate import DuplicateService
from services.requests.service.estate import EstateService
from services.requests.service.residence import ResidenceService
from services.requests.service.suggestion import SuggestionService
from services.requests.service.visit_help import VisitHelpService
from services.requests.service.works import WorksService
from shared.bus import Hearing
from shared.events.pairing import CareTaskAccepted, CareTaskCompleted, CareTaskUnplaced
from shared.events.pairing_care import CareTaskStarted
from shared.events.pairing_visit import VisitHelpRequested
from shared.events.property import (
    EstateRegistered,
    WorkOrderAccepted,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderSentBack,
    WorkOrderStarted,
    WorkOrderWorkAccepted,
)
from shared.events.property_estate import (
    ContractorChanged,
    ContractorEnded,
    ContractorRegistered,
    ContractorRenewed,
    EstateCorrected,
)
from shared.events.property_parking import OccupancyConfirmed, OccupancyEnded
from shared.events.requests import (
    RequestAssigned,
    RequestClosed,
    RequestMerged,
    RequestReferred,
    RequestRejected,
    RequestReturned,
    RequestWithdrawn,
)
from shared.events.requests_council import (
    ProposalDeclined,
    ProposalDone,
    ProposalListed,
    ProposalNotAdopted,
    ProposalTaskSet,
    ProposalWithdrawn,
)
from shared.events.requests_mediation import (
    MediationAccepted,
    MediationAgreed,
    MediationDeclined,
    MediationReferred,
    MediationWithdrawn,
)


def hearings(care: CareService, estates: EstateService) -> list[Hearing]:
    """Each event with the use case that handles it."""
    return [
        Hearing(EstateRegistered, estates.told),
        Hearing(EstateCorrected, estates.told),
        Hearing(ContractorRegistered, estates.contracted),
        Hearing(ContractorChanged, estates.contracted),
        Hearing(ContractorEnded, estates.contracted),
        Hearing(ContractorRenewed, estates.contracted),
        Hearing(CareTaskAccepted, care.on_accepted),
        Hearing(CareTaskStarted, care.on_started),
        Hearing(CareTaskCompleted, care.on_completed),
        Hearing(CareTaskUnplaced, care.on_unplaced),
    ]


def of_residences(residences: ResidenceService) -> list[Hearing]:
    """What requests hear of who lives where, from property's desk."""
    return [
        Hearing(OccupancyConfirmed, residences.confirmed),
        Hearing(OccupancyEnded, residences.ended),
    ]


def of_works(works: WorksService) -> list[Hearing]:
    """What requests hear of the work that property does for them."""
    return [
        Hearing(WorkOrderAccepted, works.on_begun),
        Hearing(WorkOrderStarted, works.on_begun),
        Hearing(WorkOrderCompleted, works.on_done),
        Hearing(WorkOrderWorkAccepted, works.on_done),
        Hearing(WorkOrderSentBack, works.on_sent_back),
        Hearing(WorkOrderCancelled, works.on_cancelled),
    ]


def of_visits(visits: VisitHelpService) -> list[Hearing]:
    """What requests hear of the visits that pairing's helpers make."""
    return [Hearing(VisitHelpRequested, visits.on_help_requested)]


def of_disputes(disputes: DisputeService) -> list[Hearing]:
    """What requests and mediations hear of each other, both of this service."""
    return [
        Hearing(RequestAssigned, disputes.on_request_assigned),
        Hearing(RequestReturned, disputes.on_request_left),
        Hearing(RequestWithdrawn, disputes.on_request_left),
        Hearing(RequestMerged, disputes.on_request_left),
        Hearing(RequestReferred, disputes.on_request_left),
        Hearing(MediationAccepted, disputes.on_accepted),
        Hearing(MediationDeclined, disputes.on_declined),
        Hearing(MediationAgreed, disputes.on_agreed),
        Hearing(MediationWithdrawn, disputes.on_withdrawn),
        Hearing(MediationReferred, disputes.on_referred),
    ]


def of_duplicates(duplicates: DuplicateService) -> list[Hearing]:
    """What requests hear of each other."""
    return [Hearing(RequestMerged, duplicates.merged)]


def of_suggestions(suggestions: SuggestionService) -> list[Hearing]:
    """What requests and the council's proposals hear of each other, both of this service."""
    return [
        Hearing(RequestAssigned, suggestions.assigned),
        Hearing(RequestWithdrawn, suggestions.withdrawn),
        Hearing(RequestClosed, suggestions.ended),
        Hearing(RequestMerged, suggestions.merged),
        Hearing(RequestReferred, suggestions.ended),
        Hearing(RequestRejected, suggestions.ended),
        Hearing(ProposalListed, suggestions.listed),
        Hearing(ProposalDeclined, suggestions.settled),
        Hearing(ProposalNotAdopted, suggestions.settled),
        Hearing(ProposalDone, suggestions.settled),
        Hearing(ProposalWithdrawn, suggestions.settled),
        Hearing(ProposalTaskSet, suggestions.task_set),
    ]
