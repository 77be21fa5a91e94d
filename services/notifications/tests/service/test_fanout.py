"""From an event to a message and its deliveries: once, in causal order, for the right endpoints."""

import asyncio
from datetime import timedelta

import pytest

from services.notifications.domain.delivery import Delivery, Status
from services.notifications.domain.message import Message
from services.notifications.service.fanout import GOES_ON_AFTER, message_id
from services.notifications.tests.rig import Options, Rig, event, rigged, story
from shared.envelope import open_envelope
from shared.errors import Awaited, Unavailable
from shared.events.notifications import EndpointRegistered
from shared.events.pairing import HouseholdRegistered
from shared.events.requests import RequestAccepted
from shared.testing import FakeClock

pytestmark = pytest.mark.mongo

URL = "http://127.0.0.1:9/hook"


async def depth(rig: Rig, event_id: str) -> int | None:
    _, found = await rig.records.messages.depths(before=None, cause=message_id(event_id))
    return found


async def test_an_event_heard_twice_makes_one_message_and_one_delivery_for_each_endpoint(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        made = {(await rig.endpoint(URL))[0].id, (await rig.endpoint(URL))[0].id}
        envelope = event()
        await rig.fan_out.hear(envelope)
        await rig.fan_out.hear(envelope)
        deliveries = await rig.deliveries()
    assert {each.endpoint_id for each in deliveries} == made
    assert len(deliveries) == 2
    assert {each.message_id for each in deliveries} == {f"msg_{envelope.id[4:]}"}
    assert {each.status for each in deliveries} == {Status.PENDING}


async def test_the_exact_bytes_of_the_envelope_are_kept(mongo_url: str, mongo_name: str) -> None:
    async with rigged(mongo_url, mongo_name) as rig, rigged(mongo_url, mongo_name) as other:
        envelope = event(traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01")
        await rig.fan_out.hear(envelope)
        body = await other.records.messages.body(message_id(envelope.id))
    assert body == envelope.to_bytes()
    assert open_envelope(body) == envelope


async def test_two_replicas_that_hear_the_same_event_at_once_make_it_once(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, rigged(mongo_url, mongo_name) as other:
        await rig.endpoint(URL)
        events = [event(f"inc_{n}") for n in range(20)]
        await asyncio.gather(
            *(replica.fan_out.hear(each) for each in events for replica in (rig, other))
        )
        assert len(await rig.deliveries()) == 20


async def test_a_fan_out_that_broke_off_is_completed_when_the_event_is_heard_again(
    mongo_url: str, mongo_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        await rig.endpoint(URL)

        async def fail(_: Message) -> None:
            raise Unavailable("store.unavailable")

        first, second = story("inc_1", 2)
        with monkeypatch.context() as broken:
            broken.setattr(rig.records.messages, "add", fail)
            with pytest.raises(Unavailable):
                await rig.fan_out.hear(first)
        with pytest.raises(Awaited):  # its deliveries are there, but nobody can be sure yet
            await rig.fan_out.hear(second)
        await rig.fan_out.hear(first)
        await rig.fan_out.hear(second)
        assert len(await rig.deliveries()) == 2


async def test_an_event_waits_for_the_one_before_it_in_its_aggregate(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        await rig.endpoint(URL, ordered=True)
        first, second, third = story("inc_1", 3)
        with pytest.raises(Awaited):
            await rig.fan_out.hear(third)
        with pytest.raises(Awaited):
            await rig.fan_out.hear(second)
        assert await rig.deliveries() == []
        for envelope in (first, second, third):
            await rig.fan_out.hear(envelope)
        assert [await depth(rig, each.id) for each in (first, second, third)] == [1, 2, 3]
        assert sorted(each.depth for each in await rig.deliveries()) == [1, 2, 3]


async def test_an_event_waits_for_its_cause_and_is_deeper(mongo_url: str, mongo_name: str) -> None:
    async with rigged(mongo_url, mongo_name) as rig, rigged(mongo_url, mongo_name) as other:
        first, second = story("inc_1", 2)
        caused = event("wor_1", cause=second)
        with pytest.raises(Awaited):
            await rig.fan_out.hear(caused)
        await other.fan_out.hear(first)
        await other.fan_out.hear(second)
        await rig.fan_out.hear(caused)
        assert await depth(rig, caused.id) == 3


async def test_a_predecessor_that_is_just_being_written_elsewhere_is_not_waited_for_by_the_bus(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig, rigged(mongo_url, mongo_name) as other:
        first, second = story("inc_1", 2)
        hearing = asyncio.create_task(rig.fan_out.hear(second))
        await asyncio.sleep(0.03)
        await other.fan_out.hear(first)
        await hearing
        assert await depth(rig, second.id) == 2


async def test_after_ten_seconds_late_news_goes_out_without_what_was_never_heard(
    mongo_url: str, mongo_name: str
) -> None:
    clock = FakeClock()
    async with rigged(mongo_url, mongo_name, Options(clock=clock)) as rig:
        await rig.endpoint(URL)
        late = event(sequence=51, causationid="evt_never", clock=clock)
        clock.move(GOES_ON_AFTER - timedelta(milliseconds=1))
        with pytest.raises(Awaited):
            await rig.fan_out.hear(late)
        clock.move(timedelta(milliseconds=1))
        await rig.fan_out.hear(late)
        (delivery,) = await rig.deliveries()
        assert delivery.depth == 51


async def test_an_endpoint_gets_the_events_that_it_filters_and_only_of_its_community(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        some, _ = await rig.endpoint(URL, event_types=("property.",))
        everything, _ = await rig.endpoint(URL)
        await rig.fan_out.hear(event("inc_1"))
        await rig.fan_out.hear(event("req_1", about=RequestAccepted(request_id="req_1")))
        await rig.fan_out.hear(event("inc_2", community="elsewhere"))
        got = [(each.endpoint_id, each.event_type) for each in await rig.deliveries()]
    assert sorted(got) == sorted(
        [
            (some.id, "property.incident.closed.v1"),
            (everything.id, "property.incident.closed.v1"),
            (everything.id, "requests.request.accepted.v1"),
        ]
    )


async def test_what_is_withheld_is_a_message_of_its_story_and_posted_nowhere(
    mongo_url: str, mongo_name: str
) -> None:
    secret = RequestAccepted(request_id="req_1", visibility="confidential")
    register = HouseholdRegistered(household_id="hsh_1", dwelling_id="dwl_1")
    async with rigged(mongo_url, mongo_name) as rig:
        await rig.endpoint(URL)
        await rig.endpoint(URL, event_types=("pairing.household.registered.v1",))
        for subject, about in (("req_1", secret), ("hsh_1", register)):
            envelope = event(subject, about=about)
            await rig.fan_out.hear(envelope)
            assert await depth(rig, envelope.id) is not None
        assert await rig.deliveries() == []


async def test_an_endpoint_of_another_replica_gets_the_very_next_event(
    mongo_url: str, mongo_name: str
) -> None:
    clock = FakeClock()
    options = Options(clock=clock)
    async with (
        rigged(mongo_url, mongo_name, options) as rig,
        rigged(mongo_url, mongo_name, options) as other,
    ):
        await rig.fan_out.hear(event("inc_0", clock=clock))
        made, _ = await other.endpoint(URL)
        await rig.fan_out.hear(event("inc_1", clock=clock))
        assert [each.endpoint_id for each in await rig.deliveries()] == [made.id]


async def test_the_news_of_an_endpoint_makes_it_known_at_once(
    mongo_url: str, mongo_name: str
) -> None:
    clock = FakeClock()
    options = Options(clock=clock)
    async with (
        rigged(mongo_url, mongo_name, options) as rig,
        rigged(mongo_url, mongo_name, options) as other,
    ):
        await rig.fan_out.hear(event("inc_0", clock=clock))
        made, _ = await other.endpoint(URL, event_types=("property.",))
        news = EndpointRegistered(endpoint_id=made.id)
        await rig.fan_out.hear(event(made.id, about=news, clock=clock))
        await rig.fan_out.hear(event("inc_1", clock=clock))
        assert [each.endpoint_id for each in await rig.deliveries()] == [made.id]


async def test_only_an_ordered_endpoint_has_an_ordering_key_the_storys_own(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        ordered, _ = await rig.endpoint(URL, ordered=True)
        await rig.endpoint(URL)
        envelope = event()
        await rig.fan_out.hear(envelope)
        keys = {each.endpoint_id: each.ordering_key for each in await rig.deliveries()}
    assert keys.pop(ordered.id) == envelope.correlationid
    assert list(keys.values()) == [None]


async def test_pausing_resuming_and_deleting_move_what_waits(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        endpoint, _ = await rig.endpoint(URL, event_types=("property.",))
        await rig.fan_out.hear(await rig.told(endpoint.id))
        await rig.fan_out.hear(event("inc_1"))

        async def now() -> Delivery:
            await rig.fan_out.hear(await rig.told(endpoint.id))
            (delivery,) = await rig.deliveries()
            return delivery

        await rig.endpoints.pause(rig.target(endpoint))
        assert ((held := await now()).status, held.next_at) == (Status.HELD, None)
        await rig.endpoints.resume(rig.target(endpoint))
        assert (released := await now()).status is Status.PENDING
        assert released.next_at is not None
        await rig.endpoints.delete(rig.target(endpoint))
        assert ((ended := await now()).status, ended.next_at) == (Status.CANCELLED, None)
        assert ended.finished_at is not None


async def test_an_old_news_of_a_pause_does_not_hold_what_has_been_resumed(
    mongo_url: str, mongo_name: str
) -> None:
    async with rigged(mongo_url, mongo_name) as rig:
        endpoint, _ = await rig.endpoint(URL, event_types=("property.",))
        await rig.fan_out.hear(await rig.told(endpoint.id))
        await rig.endpoints.pause(rig.target(endpoint))
        paused = await rig.told(endpoint.id)
        await rig.endpoints.resume(rig.target(endpoint))
        await rig.fan_out.hear(event("inc_1"))
        await rig.fan_out.hear(paused)
        assert [each.status for each in await rig.deliveries()] == [Status.PENDING]


async def test_an_event_id_of_any_form_gives_a_message_id_without_a_dot() -> None:
    assert message_id("evt_01JD0000000000000000000000") == "msg_01JD0000000000000000000000"
    for odd in ("1.2.3", "evt_short", "urn:uuid:é", "evt_" + "." * 26):
        assert message_id(odd).startswith("msg_")
        assert "." not in message_id(odd)
        assert message_id(odd) == message_id(odd)
