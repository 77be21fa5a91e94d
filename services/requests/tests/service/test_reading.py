"""Who reads a confidential request is put on record, over both stores."""

from dataclasses import fields, replace
from typing import Any

import pytest

from services.requests.domain.assignment import Hold, HoldReason, Referral, Refusal
from services.requests.domain.confidence import listed
from services.requests.domain.follow_up import Answer, FollowUp
from services.requests.domain.request import ServiceRequest
from services.requests.domain.service_type import Visibility
from services.requests.service.reading import Purpose, ReadingService
from services.requests.service.request import RequestFilter
from services.requests.tests.harness import (
    COMMITTEE,
    DISPATCHER,
    HERE,
    NEIGHBOUR,
    OWNER,
    STRANGER,
    Harness,
    harness_over,
)
from services.requests.tests.samples import STAFF, submission
from shared.errors import NotFound, Unavailable
from shared.readings import Reading, ReadingLog
from shared.testing import FakeReadings


async def _asked(harness: Harness, visibility: Visibility) -> ServiceRequest:
    asked = submission(visibility=visibility, description="不便公开的事")
    return await harness.service.submit(asked, communities=HERE)


async def _readings(harness: Harness, request: ServiceRequest) -> list[tuple[str, str]]:
    service = ReadingService(harness.store, ReadingLog(harness.readings, harness.clock))
    found = await service.readings(request.id, OWNER, cursor=None, limit=10)
    return [(each.by, each.purpose) for each in found.items]


async def test_a_reading_of_anothers_confidence_is_on_record_with_its_purpose(
    harness: Harness,
) -> None:
    request = await _asked(harness, Visibility.CONFIDENTIAL)

    shown = await harness.service.get(request.id, DISPATCHER)
    await harness.service.story(request.id, DISPATCHER, purpose=Purpose.SUPERVISION)

    assert shown.description == "不便公开的事"
    assert sorted(await _readings(harness, request)) == [
        (STAFF, "handling"),
        (STAFF, "supervision"),
    ]


async def test_ones_own_and_what_is_not_confided_leave_no_record(harness: Harness) -> None:
    secret = await _asked(harness, Visibility.CONFIDENTIAL)
    plain = await _asked(harness, Visibility.STAFF)

    await harness.service.get(secret.id, OWNER)
    await harness.service.story(secret.id, OWNER)
    await harness.service.get(plain.id, DISPATCHER)

    assert await _readings(harness, secret) == await _readings(harness, plain) == []


@pytest.mark.parametrize("reader", [NEIGHBOUR, COMMITTEE, STRANGER])
async def test_who_may_not_read_it_reads_neither_it_nor_its_readers(
    harness: Harness, reader: object
) -> None:
    request = await _asked(harness, Visibility.CONFIDENTIAL)
    service = ReadingService(harness.store, ReadingLog(harness.readings, harness.clock))

    with pytest.raises(NotFound):
        await harness.service.get(request.id, reader)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await service.readings(request.id, reader, cursor=None, limit=10)  # type: ignore[arg-type]
    assert await _readings(harness, request) == []


async def test_a_list_shows_that_there_is_a_confidence_and_none_of_its_words(
    harness: Harness,
) -> None:
    request = await _asked(harness, Visibility.CONFIDENTIAL)

    page = await harness.service.page(DISPATCHER, RequestFilter(), cursor=None, limit=9)
    own = await harness.service.page(OWNER, RequestFilter(), cursor=None, limit=9)

    assert [(each.id, each.description) for each in page.items] == [(request.id, "")]
    assert own.items == [request]
    assert await _readings(harness, request) == []


async def test_what_cannot_be_put_on_record_is_not_shown() -> None:
    class Away(FakeReadings):
        async def add(self, reading: Reading) -> None:
            raise Unavailable("store.unavailable")

    harness = await harness_over(None)
    request = await _asked(harness, Visibility.CONFIDENTIAL)
    away = replace(harness, readings=Away())

    for asking in (
        away.service.get(request.id, DISPATCHER),
        away.service.story(request.id, DISPATCHER),
    ):
        with pytest.raises(Unavailable):
            await asking
    assert await away.service.get(request.id, OWNER) == request


PLAIN = (
    "id community version number state channel service_code requester_id estate_id visibility",
    "sla_class submitted_at due_at assignment handler_id care_task refusal resolved_at",
    "follow_up_due_at follow_up reopened_times escalated entered_by tracking external_ref",
    "building_id service_type_version promise accepted_at acknowledged_at first_contact_at",
    "closed_at hold pauses stage alarm_at lead_unit co_units post work referral duplicate_of",
    "merged supporters anonymised_at told_late told_missed given_times",
)
"""What a list may show of a confidential request: states, times, units, ids and codes.

Whoever adds a field with words in it leaves it out of lists in ``domain/confidence.py``.
"""


async def test_every_field_of_a_request_is_either_plain_or_left_out_of_lists(
    harness: Harness,
) -> None:
    request = await _asked(harness, Visibility.CONFIDENTIAL)
    plain = {name for line in PLAIN for name in line.split()}
    words = {field.name for field in fields(ServiceRequest)} - plain
    said: dict[str, Any] = dict.fromkeys(words, ("words",))

    shown = listed(replace(request, **said), DISPATCHER)

    assert {name for name in words if getattr(shown, name)} == set()
    assert "description" in words


async def test_of_why_it_waits_or_went_elsewhere_a_list_shows_the_code_alone(
    harness: Harness,
) -> None:
    request = replace(
        await _asked(harness, Visibility.CONFIDENTIAL),
        refusal=Refusal("wrong_unit", "words"),
        hold=Hold(HoldReason.PARTS, harness.clock.now(), note="words"),
        referral=Referral("court", note="words"),
        follow_up=FollowUp(Answer.NO, OWNER.id, harness.clock.now(), text="words"),
    )

    assert "words" not in str(listed(request, DISPATCHER))
    assert "words" in str(listed(request, OWNER))
