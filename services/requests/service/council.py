"""All that the council does, put together from its stores."""

from dataclasses import dataclass

from services.requests.domain.meeting import Meeting
from services.requests.domain.proposal import Proposal
from services.requests.domain.request import ServiceRequest
from services.requests.domain.survey import Survey
from services.requests.service.decision import DecisionService, Evaluations, Offers
from services.requests.service.meeting import MeetingService
from services.requests.service.proposal import AgendaService, Proposals
from services.requests.service.request import RequestService
from services.requests.service.suggestion import SuggestionService
from services.requests.service.thread import Behind, ThreadService
from services.requests.service.vote import Rolls, VoteService
from shared.clock import Clock
from shared.store import Store


@dataclass(frozen=True, slots=True)
class CouncilStores:
    """What the council keeps, and the requests and surveys that it reads."""

    proposals: Store[Proposal]
    meetings: Store[Meeting]
    rolls: Rolls
    evaluations: Evaluations
    requests: Store[ServiceRequest]
    surveys: Store[Survey]


class Council:
    """The use cases of proposals, votes, decisions, meetings, and of their ties to requests."""

    def __init__(
        self, stores: CouncilStores, offers: Offers, submitting: RequestService, clock: Clock
    ) -> None:
        self.proposals = Proposals(stores.proposals)
        self.agenda = AgendaService(self.proposals, stores.meetings, stores.surveys, clock)
        self.votes = VoteService(self.proposals, stores.rolls, offers.estates, clock)
        self.decisions = DecisionService(self.proposals, stores.evaluations, offers, clock)
        self.meetings = MeetingService(stores.meetings, stores.proposals, clock)
        self.threads = ThreadService(
            self.proposals, Behind(stores.meetings, stores.requests, stores.surveys)
        )
        self.suggestions = SuggestionService(stores.proposals, stores.requests, submitting)
