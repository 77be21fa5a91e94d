"""Supervision, whole: the use cases of committee and volunteers, over what they keep."""

from dataclasses import dataclass

from services.property.domain.estate import Estate
from services.property.domain.objection import Objection
from services.property.domain.score_rules import ScoreRules
from services.property.domain.scorecard import Scorecard
from services.property.service.complaint import ComplaintService
from services.property.service.digests import Digests
from services.property.service.estate import Plans
from services.property.service.inspection import InspectionService
from services.property.service.inspection_work import InspectionWorkService
from services.property.service.inspectors import Inspectors
from services.property.service.needed import WorkNeededService
from services.property.service.objection import ObjectionService
from services.property.service.photo import PhotoService
from services.property.service.rating import RatingService
from services.property.service.score_rules import ScoreRulesService
from services.property.service.scorecard import ScorecardService
from services.property.service.scorecard_hearing import ScorecardHearing
from services.property.service.scorecard_inputs import LiveFigures
from services.property.service.scorecard_parts import Counted, Links, Tallies
from services.property.service.scorecard_sealing import SealingService
from shared.clock import Clock
from shared.readings import ReadingLog
from shared.store import Store


@dataclass(frozen=True, slots=True)
class SupervisionStores:
    """What supervision keeps, and what it counts of others."""

    counted: Counted
    tallies: Tallies
    rules: Store[ScoreRules]
    objections: Store[Objection]
    scorecards: Store[Scorecard]
    links: Links


@dataclass(frozen=True, slots=True)
class Grounding:
    """What supervision stands on: estates, their plans, photos as evidence, what hides who rated,
    who may inspect, the work that follows, and the log of who reads what."""

    estates: Store[Estate]
    plans: Plans
    photos: PhotoService
    digests: Digests
    inspectors: Inspectors
    needed: WorkNeededService
    readings: ReadingLog


class Supervision:
    """The use cases of supervision."""

    def __init__(self, stores: SupervisionStores, on: Grounding, clock: Clock) -> None:
        counted, cards, links = stores.counted, stores.scorecards, stores.links
        self.rules = ScoreRulesService(stores.rules, clock)
        live = LiveFigures(counted, stores.tallies, cards)
        self.scorecards = ScorecardService(cards, links, counted, live, self.rules, clock)
        self.sealing = SealingService(cards, links, live, self.rules, on.estates, clock)
        self.objections = ObjectionService(
            stores.objections, self.scorecards, links, self.sealing, clock
        )
        self.inspections = InspectionService(
            counted.inspections, on.plans, self.rules, (on.photos, on.inspectors), clock
        )
        self.complaints = ComplaintService(
            counted.complaints, on.plans, counted.work_orders, (on.photos, on.readings), clock
        )
        self.ratings = RatingService(counted.ratings, on.estates, on.digests, clock)
        self.work = InspectionWorkService(on.needed)
        self.hearing = ScorecardHearing(self.sealing)
