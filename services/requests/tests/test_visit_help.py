"""What a visit asks for becomes a request: once, for staff's eyes, whatever comes in between."""

import pytest

from services.requests.consumers import of_visits
from services.requests.domain.request import Channel, RequestState, ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.visit_help import LOOK_IN, VisitHelpService
from services.requests.tests.harness import HERE, Harness
from shared.envelope import Envelope
from shared.errors import Awaited
from shared.events.pairing_visit import VisitHelpRequested
from shared.testing import heard
from shared.testing_service import deliver

HELPER = "per_member1"


def asked(code: str = "care.shopping", dwelling_id: str = "dwl_1") -> VisitHelpRequested:
    return VisitHelpRequested(
        visit_id="vis_1", service_code=code, dwelling_id=dwelling_id, estate_id="est_1"
    )


async def hear(harness: Harness, event: VisitHelpRequested, **facts: str) -> Envelope:
    envelope = heard(event, event.visit_id, actor=HELPER, **facts)
    assert await deliver(of_visits(VisitHelpService(harness.service)), envelope)
    return envelope


async def requests(harness: Harness) -> list[ServiceRequest]:
    return await harness.store.find({"requester_id": HELPER})


async def test_help_asked_for_at_a_visit_is_on_its_way_at_once(harness: Harness) -> None:
    envelope = await hear(harness, asked())
    [request] = await requests(harness)
    assert request.state is RequestState.ASSIGNED
    assert (request.service_code, request.dwelling_id) == ("care.shopping", "dwl_1")
    assert (request.channel, request.visibility) == (Channel.VISIT, Visibility.STAFF)
    assert request.community == HERE[0]
    story = await harness.store.story(request.id)
    assert story[0].correlationid == envelope.correlationid
    assert "vis_1" not in request.description


async def test_the_same_event_five_times_makes_one_request(harness: Harness) -> None:
    envelope = await hear(harness, asked())
    for _ in range(4):
        await deliver(of_visits(VisitHelpService(harness.service)), envelope)
    assert len(await requests(harness)) == 1


@pytest.mark.parametrize("code", ["care.escort", "nothing.at_all"])
async def test_what_cannot_be_asked_for_like_this_becomes_a_look_at_it(
    harness: Harness, code: str
) -> None:
    await hear(harness, asked(code))
    [request] = await requests(harness)
    assert request.service_code == LOOK_IN


async def test_a_place_that_is_not_heard_of_yet_is_waited_for(harness: Harness) -> None:
    with pytest.raises(Awaited):
        await hear(harness, asked(dwelling_id="dwl_new"))
    with pytest.raises(Awaited):
        await hear(harness, asked(), community="elsewhere")
    assert await requests(harness) == []
