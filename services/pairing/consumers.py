"""Events in: the estates of property, the care requests of requests, and pairing's own."""

from dataclasses import dataclass

from services.pairing.service.activity import ActivityService
from services.pairing.service.care_placing import CarePlacingService
from services.pairing.service.coverage import CoverageService
from services.pairing.service.estate import EstateService
from services.pairing.service.fellows import Fellows
from services.pairing.service.forgetting import ForgettingService
from services.pairing.service.household_branch import HouseholdBranchService
from services.pairing.service.ledger import Ledger
from services.pairing.service.matching_hearing import MatchingHearingService
from services.pairing.service.pairing import PairingService
from services.pairing.service.pairing_following import PairingFollowingService
from services.pairing.service.serving import ServingService
from services.pairing.service.visit_hearing import VisitHearing
from shared.bus import Hearing
from shared.envelope import Envelope
from shared.events.pairing import (
    CareTaskCompleted,
    ContributionConfirmed,
    HouseholdConsented,
    HouseholdConsentWithdrawn,
    HouseholdRegistered,
    MemberRegistered,
    PairingActivated,
    PairingDeclined,
    PairingEnded,
    PairingHouseholdReleased,
    PairingPaused,
    PairingResumed,
)
from shared.events.pairing_activity import ActivityAttended
from shared.events.pairing_conflict import ConflictRegistered
from shared.events.pairing_contribution import ContributionRevoked
from shared.events.pairing_coverage import CoverageGoalsChanged
from shared.events.pairing_matching import MatchingDecided, StandInAppointed, StandInEnded
from shared.events.pairing_members import MemberAway, MemberChanged, MemberLeft, MemberReturned
from shared.events.pairing_pairing import (
    PairingHelperReleased,
    PairingHouseholdRested,
    PairingHouseholdReturned,
    PairingPlanned,
)
from shared.events.pairing_register import (
    HouseholdChanged,
    HouseholdConsentExpired,
    HouseholdLeft,
    HouseholdStopped,
    PersonErased,
    PersonLeft,
)
from shared.events.pairing_visit import VisitCompleted, VisitMissed
from shared.events.property import EstateRegistered
from shared.events.property_estate import EstateCorrected
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReopened,
    RequestResolved,
    RequestReturned,
    RequestWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Hearers:
    """The use cases that hear something."""

    estates: EstateService
    pairings: PairingService
    care_tasks: CarePlacingService

    async def on_household_stopped(self, event: HouseholdStopped, envelope: Envelope) -> None:
        """Two nouns rest on consent; a repeat does again only what was left undone."""
        await self.pairings.on_household_stopped(event, envelope)
        await self.care_tasks.on_household_stopped(event, envelope)


def hearings(hearers: Hearers) -> list[Hearing]:
    """What is heard, and by which use case."""
    return [
        Hearing(EstateRegistered, hearers.estates.on_estate_told),
        Hearing(EstateCorrected, hearers.estates.on_estate_told),
        Hearing(RequestAssigned, hearers.care_tasks.on_request_assigned),
        Hearing(RequestReturned, hearers.care_tasks.on_request_ended),
        Hearing(RequestWithdrawn, hearers.care_tasks.on_request_ended),
        Hearing(RequestMerged, hearers.care_tasks.on_request_ended),
        Hearing(RequestReferred, hearers.care_tasks.on_request_ended),
        Hearing(RequestResolved, hearers.care_tasks.on_request_ended),
        Hearing(RequestReopened, hearers.care_tasks.on_request_reopened),
        Hearing(HouseholdConsentWithdrawn, hearers.on_household_stopped),
        Hearing(HouseholdConsentExpired, hearers.on_household_stopped),
        Hearing(HouseholdLeft, hearers.on_household_stopped),
    ]


def of_branches(branches: HouseholdBranchService) -> list[Hearing]:
    """Who comes to answer for a household."""
    return [Hearing(PairingActivated, branches.on_pairing_activated)]


def of_ledger(ledger: Ledger) -> list[Hearing]:
    """The work that records are drafted from, and what rests on the records."""
    return [
        Hearing(ContributionConfirmed, ledger.on_contribution_confirmed),
        Hearing(ContributionRevoked, ledger.on_contribution_revoked),
        Hearing(CareTaskCompleted, ledger.drafts.on_care_task_completed),
        Hearing(VisitCompleted, ledger.drafts.on_visit_completed),
        Hearing(ActivityAttended, ledger.drafts.on_activity_attended),
    ]


def of_pairings(following: PairingFollowingService) -> list[Hearing]:
    """What parts people, asks for more visits, or is all that a pairing waited for."""
    return [
        Hearing(HouseholdConsented, following.on_household_agreed),
        Hearing(PairingHouseholdReleased, following.on_household_agreed),
        Hearing(ConflictRegistered, following.on_conflict_registered),
        Hearing(HouseholdChanged, following.on_household_changed),
        Hearing(MemberLeft, following.on_member_left),
    ]


def of_coverage(coverage: CoverageService) -> list[Hearing]:
    """All that changes who leads what."""
    return [
        Hearing(CoverageGoalsChanged, coverage.on_change),
        Hearing(EstateRegistered, coverage.on_change),
        Hearing(EstateCorrected, coverage.on_change),
        Hearing(HouseholdChanged, coverage.on_change),
        Hearing(HouseholdConsented, coverage.on_change),
        Hearing(HouseholdConsentWithdrawn, coverage.on_change),
        Hearing(HouseholdLeft, coverage.on_change),
        Hearing(HouseholdRegistered, coverage.on_change),
        Hearing(MemberAway, coverage.on_change),
        Hearing(MemberChanged, coverage.on_change),
        Hearing(MemberLeft, coverage.on_change),
        Hearing(MemberRegistered, coverage.on_change),
        Hearing(MemberReturned, coverage.on_change),
        Hearing(PairingActivated, coverage.on_change),
        Hearing(PairingEnded, coverage.on_change),
        Hearing(PairingHelperReleased, coverage.on_change),
        Hearing(PairingHouseholdReleased, coverage.on_change),
        Hearing(PairingPaused, coverage.on_change),
        Hearing(PairingResumed, coverage.on_change),
    ]


def of_helpers(care_tasks: CarePlacingService) -> list[Hearing]:
    """What becomes of care tasks whose helper is not there any more."""
    return [
        Hearing(MemberLeft, care_tasks.on_helper_gone),
        Hearing(MemberAway, care_tasks.on_helper_gone),
    ]


def of_meals(serving: ServingService) -> list[Hearing]:
    """Whose meals somebody else has to bring, and who has none any more."""
    return [
        Hearing(HouseholdLeft, serving.on_eater_gone),
        Hearing(PersonLeft, serving.on_eater_gone),
        Hearing(PersonErased, serving.on_eater_gone),
        Hearing(MemberAway, serving.on_member_gone),
        Hearing(MemberLeft, serving.on_member_gone),
        Hearing(PairingPaused, serving.on_pairing_rested),
        Hearing(PairingEnded, serving.on_pairing_rested),
        Hearing(PairingHelperReleased, serving.on_pairing_rested),
        Hearing(PairingHouseholdReleased, serving.on_pairing_rested),
    ]


def of_activities(activities: ActivityService) -> list[Hearing]:
    """Who makes room, as they are here no more."""
    return [
        Hearing(PersonLeft, activities.on_person_gone),
        Hearing(PersonErased, activities.on_person_gone),
    ]


def of_fellows(fellows: Fellows) -> list[Hearing]:
    """Who leaves has no post and is in no team any more."""
    return [
        Hearing(MemberLeft, fellows.posts.on_member_left),
        Hearing(MemberLeft, fellows.teams.on_member_left),
    ]


def of_visits(visits: VisitHearing) -> list[Hearing]:
    """What visits hear of pairings and their people, and of each other."""
    return [
        Hearing(PairingActivated, visits.on_pairing),
        Hearing(PairingPaused, visits.on_pairing),
        Hearing(PairingResumed, visits.on_pairing),
        Hearing(PairingEnded, visits.on_pairing),
        Hearing(PairingPlanned, visits.on_pairing),
        Hearing(PairingHelperReleased, visits.on_pairing),
        Hearing(PairingHouseholdReleased, visits.on_pairing),
        Hearing(PairingHouseholdRested, visits.on_pairing),
        Hearing(PairingHouseholdReturned, visits.on_pairing),
        Hearing(HouseholdConsented, visits.on_household),
        Hearing(HouseholdChanged, visits.on_household),
        Hearing(HouseholdConsentWithdrawn, visits.on_household),
        Hearing(HouseholdConsentExpired, visits.on_household),
        Hearing(HouseholdLeft, visits.on_household),
        Hearing(StandInAppointed, visits.on_household),
        Hearing(StandInEnded, visits.on_household),
        Hearing(MemberChanged, visits.on_member),
        Hearing(MemberAway, visits.on_member),
        Hearing(MemberReturned, visits.on_member),
        Hearing(MemberLeft, visits.on_member),
        Hearing(VisitMissed, visits.on_missed),
        Hearing(VisitCompleted, visits.on_completed),
    ]


def of_register(forgetting: ForgettingService) -> list[Hearing]:
    """What the register hears of itself."""
    return [Hearing(PersonErased, forgetting.on_person_erased)]


def of_matching(matching: MatchingHearingService) -> list[Hearing]:
    """All after which somebody else might have to help: told late, it is worked out late."""
    return [
        Hearing(ConflictRegistered, matching.on_conflict_registered),
        Hearing(HouseholdChanged, matching.on_household_changed),
        Hearing(HouseholdConsented, matching.on_household_changed),
        Hearing(HouseholdConsentExpired, matching.on_household_stopped),
        Hearing(HouseholdConsentWithdrawn, matching.on_household_stopped),
        Hearing(HouseholdLeft, matching.on_household_stopped),
        Hearing(MatchingDecided, matching.on_decided),
        Hearing(MemberAway, matching.on_helper_gone),
        Hearing(MemberChanged, matching.on_helper_changed),
        Hearing(MemberLeft, matching.on_helper_gone),
        Hearing(MemberRegistered, matching.on_helper_changed),
        Hearing(MemberReturned, matching.on_helper_back),
        Hearing(PairingDeclined, matching.on_loosened),
        Hearing(PairingEnded, matching.on_loosened),
        Hearing(PairingHelperReleased, matching.on_loosened),
        Hearing(PairingHouseholdReleased, matching.on_loosened),
        Hearing(StandInEnded, matching.on_stand_in_ended),
    ]
