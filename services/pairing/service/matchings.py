"""Matching, put together: everything that is done with matchings and stand-ins."""

from services.pairing.service.matching import MatchingService
from services.pairing.service.matching_carry import CarryParts, MatchingCarryService
from services.pairing.service.matching_hearing import MatchingHearingService
from services.pairing.service.matching_parts import MatchingStores, Solver
from services.pairing.service.matching_run import MatchingRunService
from services.pairing.service.pairing import PairingService
from services.pairing.service.standin import StandInService
from shared.clock import Clock


class Matchings:
    """The use cases over one set of stores."""

    def __init__(
        self, stores: MatchingStores, pairings: PairingService, solver: Solver, clock: Clock
    ) -> None:
        self.service = MatchingService(stores, clock)
        self.runs = MatchingRunService(stores, solver, clock)
        self.carrying = MatchingCarryService(CarryParts(stores, pairings, clock))
        self.hearing = MatchingHearingService(stores, self.service, clock)
        self.stand_ins = StandInService(stores.stand_ins, stores.members, clock)
