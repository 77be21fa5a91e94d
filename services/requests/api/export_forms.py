"""What is shown to somebody of what is held about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from services.requests.api.conversation import UpdateView
from services.requests.api.intake_forms import ContactView
from services.requests.api.request_forms import RequestView
from services.requests.domain.mediation import Mediation, MediationState, Side
from services.requests.domain.progress import Audience
from services.requests.domain.proposal import ProposalState
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.export import Export, Part
from shared.readings import Reading
from shared.web import View
from shared.web.readings import ReadingView

V = TypeVar("V", bound=View)


class OwnRequestView(View):
    """A request of one's own: with how to be reached, what was written to one (not what handlers
    write among themselves), and who read it if it is confidential."""

    request: RequestView
    contact: ContactView | None
    updates: list[UpdateView]
    readings: list[ReadingView]

    @classmethod
    def of(
        cls, request: ServiceRequest, readings: Sequence[Reading], at: datetime
    ) -> "OwnRequestView":
        """The view of a request and of who read it, as of this moment."""
        return cls(
            request=RequestView.read(request, at),
            contact=(
                ContactView.model_validate(request.contact, from_attributes=True)
                if request.contact is not None
                else None
            ),
            updates=[
                UpdateView.model_validate(each, from_attributes=True)
                for each in request.updates
                if each.audience is not Audience.INTERNAL
            ],
            readings=[ReadingView.of(each) for each in readings],
        )


class SupportedView(View):
    """A request of somebody else's that one said "me too" to."""

    id: str
    number: str
    service_code: str
    state: RequestState


class SurveyAnswerView(View):
    """What one answered to a survey; ``entered_by``: the officer who wrote it down."""

    id: str
    survey_id: str
    channel: str
    dwelling_id: str | None
    entered_by: str | None
    replies: dict[str, list[str]]
    at: datetime


class OwnProposalView(View):
    """A proposal that one made."""

    id: str
    title: str
    text: str
    state: ProposalState
    drafted_at: datetime


class SecondedView(View):
    """A proposal that one seconded."""

    id: str
    title: str
    state: ProposalState


class VotedView(View):
    """That one voted, on which roll and how it came in; the ballot itself is secret."""

    roll_id: str
    entry_id: str
    channel: str
    at: datetime


class HomeView(View):
    """A home that one lives in, as the estate's desk said."""

    estate_id: str
    dwelling_id: str


class MarkedView(View):
    """What one made of a decision that was carried out, 1 to 5 (best)."""

    proposal_id: str
    score: int


class OwnCaseView(View):
    """A mediation in which one is a party: what is held of oneself, and nothing of the others."""

    id: str
    request_id: str | None
    state: MediationState
    registered_at: datetime
    side: Side
    name: str
    phone: str | None
    consented_at: datetime | None

    @classmethod
    def of(cls, case: Mediation, person_id: str) -> "OwnCaseView":
        """The view of a case for one of its parties."""
        party = next(each for each in case.parties if each.person_id == person_id)
        return cls(
            id=case.id,
            request_id=case.request_id,
            state=case.state,
            registered_at=case.registered_at,
            side=party.side,
            name=party.name,
            phone=party.phone,
            consented_at=party.consent.at if party.consent else None,
        )


class ExportView(View):
    """What is held about a person; ``next_cursor``: there is more, null at the end."""

    person_id: str
    made_at: datetime
    requests: list[OwnRequestView]
    supported: list[SupportedView]
    survey_answers: list[SurveyAnswerView]
    proposals: list[OwnProposalView]
    seconded: list[SecondedView]
    homes: list[HomeView]
    votes: list[VotedView]
    marks: list[MarkedView]
    mediations: list[OwnCaseView]
    next_cursor: str | None

    @classmethod
    def of(cls, export: Export) -> "ExportView":
        """The view of what was found."""
        return cls(
            person_id=export.person_id,
            made_at=export.made_at,
            requests=[
                OwnRequestView.of(each, export.readings.get(each.id, ()), export.made_at)
                for each in export.parts.get(Part.REQUESTS, ())
            ],
            supported=_shown(SupportedView, export, Part.SUPPORTED),
            survey_answers=_shown(SurveyAnswerView, export, Part.ANSWERS),
            proposals=_shown(OwnProposalView, export, Part.PROPOSALS),
            seconded=_shown(SecondedView, export, Part.SECONDED),
            homes=_shown(HomeView, export, Part.HOMES),
            votes=_shown(VotedView, export, Part.VOTES),
            marks=_shown(MarkedView, export, Part.MARKS),
            mediations=[
                OwnCaseView.of(each, export.person_id)
                for each in export.parts.get(Part.MEDIATIONS, ())
            ],
            next_cursor=export.next_cursor,
        )


def _shown(view: type[V], export: Export, part: Part) -> list[V]:
    return [view.model_validate(each, from_attributes=True) for each in export.parts.get(part, ())]
