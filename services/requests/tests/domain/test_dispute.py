"""What a mediation means for a request whose requester has said that it was not solved."""

from datetime import timedelta

from services.requests.domain.assignment import Unit
from services.requests.domain.closure import follow_up
from services.requests.domain.dispute import mediation_agreed
from services.requests.domain.follow_up import Answer, FollowUp
from services.requests.domain.handling import assign
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.tests.mediation_samples import MEDIATOR
from services.requests.tests.samples import NOW, in_state

MOMENT = timedelta(seconds=1)


def reopened() -> ServiceRequest:
    """A dispute that was agreed on, and is not over for its requester."""
    request, _ = assign(in_state(RequestState.ACCEPTED), unit=Unit.MEDIATION, at=NOW)
    agreed = mediation_agreed(request, mediator_id=MEDIATOR, at=NOW)
    assert agreed is not None
    said = FollowUp(Answer.NO, by=request.requester_id, at=NOW + MOMENT)
    return follow_up(agreed[0], said=said)[0]


def test_an_agreement_made_since_resolves_it_again() -> None:
    again = mediation_agreed(reopened(), mediator_id=MEDIATOR, at=NOW + 2 * MOMENT)

    assert again is not None
    request, events = again
    assert request.state is RequestState.RESOLVED
    assert [each.type.split(".")[2] for each in events] == ["started", "resolved"]


def test_the_agreement_that_did_not_solve_it_does_not_when_it_is_heard_of_late() -> None:
    assert mediation_agreed(reopened(), mediator_id=MEDIATOR, at=NOW) is None
