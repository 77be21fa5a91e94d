"""Events in: requests that ask for work, and its own, so that incident and work move each other."""

from services.property.service.bulletin import BulletinService
from services.property.service.dealing import TurnService
from services.property.service.incident import IncidentService
from services.property.service.needed import WorkNeededService
from services.property.service.parking import Parking
from services.property.service.registry import Registry
from services.property.service.requested import RequestedWorkService
from services.property.service.routine import Routine
from services.property.service.supervision import Supervision
from services.property.service.team import TeamHearing
from services.property.service.venues import Venues
from shared.bus import Hearing, joined
from shared.events.pairing import MemberRegistered
from shared.events.pairing_members import (
    MemberAway,
    MemberReturned,
    TeamClosed,
    TeamMemberJoined,
    TeamMemberLeft,
)
from shared.events.pairing_register import PersonErased, PersonLeft
from shared.events.property import (
    EstateRegistered,
    IncidentActivated,
    IncidentClosed,
    IncidentConfirmed,
    IncidentReported,
    WorkOrderAccepted,
    WorkOrderAssigned,
    WorkOrderCancelled,
    WorkOrderCreated,
    WorkOrderWorkAccepted,
)
from shared.events.property_booking import BookingMade
from shared.events.property_estate import ContractorEnded, EstateCorrected
from shared.events.property_facility import (
    FacilityChanged,
    FacilityRetired,
    FacilityTakenOut,
    UpkeepDue,
    UpkeepPlanned,
)
from shared.events.property_gate import ObstructionReported
from shared.events.property_incident import IncidentAnnounced, IncidentCancelled, IncidentPlanned
from shared.events.property_parking import (
    AllotmentGiven,
    OccupancyEnded,
    PermitIssued,
    VehicleRetired,
)
from shared.events.property_patrol import (
    PatrolFound,
    PatrolPlanChanged,
    PatrolPlanEnded,
    PatrolPlanExtended,
    PatrolPlanMade,
    RouteRetired,
)
from shared.events.property_supervision import (
    ComplaintFiled,
    InspectionCompleted,
    InspectionStarted,
    ObjectionUpheld,
    RatingGiven,
)
from shared.events.property_work import RosterTurnTaken, WorkOrderRefused, WorkOrderTurnAsked
from shared.events.requests import (
    RequestAssigned,
    RequestClosed,
    RequestFollowedUp,
    RequestMerged,
    RequestReferred,
    RequestReopened,
    RequestReturned,
    RequestWithdrawn,
)


def of_bulletins(bulletins: BulletinService) -> list[Hearing]:
    """The news of incidents, of which their people are told."""
    return [
        Hearing(IncidentPlanned, bulletins.on_news),
        Hearing(IncidentAnnounced, bulletins.on_news),
        Hearing(IncidentCancelled, bulletins.on_news),
        Hearing(IncidentActivated, bulletins.on_news),
        Hearing(IncidentClosed, bulletins.on_news),
    ]


def of_parking(parking: Parking) -> list[Hearing]:
    """What vehicles, permits, allotments and blocked fire lanes hear, of themselves and of who
    lives here no more."""
    return [
        Hearing(PersonLeft, parking.occupancies.on_person_left),
        Hearing(PersonErased, parking.occupancies.on_person_left),
        Hearing(OccupancyEnded, parking.on_occupancy_ended),
        Hearing(VehicleRetired, parking.permits.on_vehicle_retired),
        Hearing(PermitIssued, parking.permits.on_permit_issued),
        Hearing(AllotmentGiven, parking.allotments.on_given),
        Hearing(ObstructionReported, parking.obstructions.on_reported),
    ]


def hearings(
    incidents: IncidentService, needed: WorkNeededService, requested: RequestedWorkService
) -> list[Hearing]:
    """What is heard, and by which use case."""
    return joined(
        [
            Hearing(IncidentConfirmed, needed.on_incident_confirmed),
            Hearing(WorkOrderAssigned, incidents.on_work_assigned),
            Hearing(WorkOrderWorkAccepted, incidents.on_work_accepted),
            Hearing(WorkOrderCancelled, incidents.on_work_cancelled),
            Hearing(WorkOrderCancelled, needed.on_work_cancelled),
            Hearing(WorkOrderAccepted, requested.on_answered),
            Hearing(RequestAssigned, requested.on_request_assigned),
            Hearing(RequestReturned, requested.on_request_left),
            Hearing(RequestWithdrawn, requested.on_request_left),
            Hearing(RequestMerged, requested.on_request_left),
            Hearing(RequestReferred, requested.on_request_left),
            Hearing(RequestClosed, requested.on_request_left),
            Hearing(RequestReopened, requested.on_request_reopened),
            Hearing(RequestFollowedUp, requested.on_followed_up),
        ]
    )


def of_routine(routine: Routine) -> list[Hearing]:
    """What patrols and upkeep hear: of their own plans, and of what these find and make due."""
    rounds, upkeeps, work = routine.rounds, routine.upkeeps, routine.work
    return [
        Hearing(PatrolPlanMade, rounds.on_plan_made),
        Hearing(PatrolPlanChanged, rounds.on_plan_moved),
        Hearing(PatrolPlanExtended, rounds.on_plan_extended),
        Hearing(PatrolPlanEnded, rounds.on_plan_moved),
        Hearing(RouteRetired, rounds.on_route_retired),
        Hearing(PatrolFound, work.on_found),
        Hearing(UpkeepPlanned, upkeeps.on_planned),
        Hearing(FacilityRetired, upkeeps.on_facility_retired),
        Hearing(UpkeepDue, work.on_due),
    ]


def of_work(
    turns: TurnService, teams: TeamHearing, requested: RequestedWorkService
) -> list[Hearing]:
    """What deals work out, and who is in the teams that it is dealt out to."""
    return [
        Hearing(WorkOrderTurnAsked, turns.on_turn_asked),
        Hearing(WorkOrderRefused, requested.on_answered),
        Hearing(WorkOrderRefused, turns.on_refused),
        Hearing(RosterTurnTaken, turns.on_turn_taken),
        Hearing(MemberRegistered, teams.on_registered),
        Hearing(MemberAway, teams.on_away),
        Hearing(MemberReturned, teams.on_returned),
        Hearing(TeamMemberJoined, teams.on_joined),
        Hearing(TeamMemberLeft, teams.on_left),
        Hearing(TeamClosed, teams.on_closed),
    ]


def of_supervision(supervision: Supervision) -> list[Hearing]:
    """What supervision hears: that a contractor has something to be counted, what is to be
    corrected, and what inspections ask to be put right."""
    scorecards = supervision.hearing
    return [
        Hearing(EstateRegistered, scorecards.on_news),
        Hearing(EstateCorrected, scorecards.on_news),
        Hearing(IncidentReported, scorecards.on_news),
        Hearing(InspectionStarted, scorecards.on_news),
        Hearing(InspectionCompleted, supervision.work.on_completed),
        Hearing(ComplaintFiled, scorecards.on_news),
        Hearing(RatingGiven, scorecards.on_news),
        Hearing(WorkOrderCreated, scorecards.on_work_created),
        Hearing(ObjectionUpheld, supervision.objections.on_upheld),
    ]


def of_registry(registry: Registry) -> list[Hearing]:
    """What the registry of estates hears of itself."""
    return [Hearing(ContractorEnded, registry.corrections.on_contractor_ended)]


def of_venues(venues: Venues) -> list[Hearing]:
    """What bookings hear: that their venue cannot be used, or who booked lives here no more."""
    heard = venues.hearing
    return [
        Hearing(BookingMade, heard.on_made),
        Hearing(FacilityTakenOut, heard.on_venue_gone),
        Hearing(FacilityRetired, heard.on_venue_gone),
        Hearing(FacilityChanged, heard.on_venue_gone),
        Hearing(OccupancyEnded, heard.on_occupancy_ended),
    ]
