"""The envelope, the clock and the ids."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import SystemClock, derived_id, new_id
from shared.envelope import CONTENT_TYPE, Origin, open_envelope, seal
from shared.errors import Malformed
from shared.events import EVENT_TYPES, Event, event_class
from shared.testing import called, heard

TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


class KiteFlown(Event):
    type: ClassVar[str] = "test.kite.flown.v1"
    kite_id: str
    height_m: int | None = None


ORIGIN = Origin("/linli/test", "kit_1", "hongmiao")


def sealed(origin: Origin = ORIGIN, **facts: Any) -> Any:
    event = KiteFlown(kite_id="kit_1", **facts)
    moment = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    return seal(event, origin, event_id="evt_1", time=moment, sequence=3)


def test_a_sealed_event_is_a_cloudevent_with_our_extensions() -> None:
    with called("per_someone", traceparent=TRACE):
        body = json.loads(
            sealed(Origin("/linli/test", "kit_1", "hongmiao", "evt_0", "evt_9")).to_bytes()
        )
    assert body == {
        "specversion": "1.0",
        "id": "evt_1",
        "source": "/linli/test",
        "type": "test.kite.flown.v1",
        "subject": "kit_1",
        "time": "2026-11-24T08:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "https://linli.example/events/test.kite.flown.v1.json",
        "community": "hongmiao",
        "actor": "per_someone",
        "correlationid": "evt_0",
        "causationid": "evt_9",
        "sequence": 3,
        "traceparent": TRACE,
        "data": {"kite_id": "kit_1", "height_m": None},
    }
    assert CONTENT_TYPE == "application/cloudevents+json"


def test_what_is_sealed_is_read_back() -> None:
    envelope = sealed(height_m=40)
    assert open_envelope(envelope.to_bytes()) == envelope


def test_without_a_story_to_belong_to_an_event_begins_one() -> None:
    assert sealed().correlationid == "evt_1"


def test_a_reader_ignores_what_it_does_not_know() -> None:
    body = {**json.loads(sealed().to_bytes()), "shoesize": 42}
    assert open_envelope(json.dumps(body).encode()) == sealed()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("specversion", "0.3"),
        ("id", ""),
        ("time", "2026-11-24T08:00:00"),
        ("sequence", 0),
        ("community", None),
        ("data", []),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not_repeated(field: str, value: Any) -> None:
    body = {**json.loads(sealed().to_bytes()), field: value, "actor": "per_private"}
    with pytest.raises(Malformed) as told:
        open_envelope(json.dumps(body).encode())
    assert told.value.facts["pointer"] == field
    assert "private" not in str(told.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_envelope_or_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        open_envelope(body)


def test_an_event_class_is_found_by_its_type() -> None:
    assert event_class(KiteFlown.type) is KiteFlown
    assert event_class("test.kite.flown.v2") is None
    assert EVENT_TYPES[KiteFlown.type] is KiteFlown


def test_ids_say_their_kind_and_sort_by_time() -> None:
    ids = [new_id("req") for _ in range(1000)]
    assert all(one.startswith("req_") and len(one) == 30 for one in ids)
    assert len(set(ids)) == 1000


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_the_same_parts_always_give_the_same_id(one: str, two: str) -> None:
    assert derived_id("wor", one, two) == derived_id("wor", one, two)
    assert derived_id("wor", one, two) != derived_id("wor", one, two, "")


def test_a_derived_id_keeps_the_time_of_its_event() -> None:
    event = heard(KiteFlown(kite_id="k"), "k").id
    assert derived_id("wor", event)[4:14] == event[4:14]


def test_time_is_aware_and_in_whole_milliseconds() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
