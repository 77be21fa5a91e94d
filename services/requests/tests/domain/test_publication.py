"""What the world may read of a request."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.progress import Audience, Update
from services.requests.domain.publication import (
    BLANK,
    SPAN,
    Jurisdictions,
    Note,
    Sought,
    Status,
    Window,
    blanked,
    changed_at,
    is_published,
    states_of,
    status_of,
    steps_of,
    window,
)
from services.requests.domain.request import RequestState
from services.requests.domain.service_type import Visibility
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.tests.samples import LATER, NOW, in_state, submitted
from shared.errors import Invalid, NotFound

CLOSED = {"resolved", "closed", "rejected", "merged", "referred", "withdrawn"}


@pytest.mark.parametrize("state", RequestState)
def test_every_state_is_open_or_closed_as_the_domain_says(state: RequestState) -> None:
    assert status_of(state) is (Status.CLOSED if state in CLOSED else Status.OPEN)
    assert state in states_of([status_of(state)])


@pytest.mark.parametrize("state", RequestState)
def test_what_happened_is_told_in_order_and_the_last_is_when_it_changed(
    state: RequestState,
) -> None:
    request = in_state(state)
    steps = steps_of(request)

    assert steps[0].note is Note.SUBMITTED
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert request.submitted_at <= changed_at(request) <= max(step.at for step in steps)


def test_a_closed_request_changed_when_it_was_closed_whatever_came_after() -> None:
    closed = replace(in_state(RequestState.CLOSED), closed_at=NOW)
    late = Update("upd_1", Audience.PUBLIC, "谢谢", "per_staff", LATER)

    assert changed_at(replace(closed, updates=(late,))) == NOW


def test_only_updates_for_everybody_are_told() -> None:
    updates = tuple(
        Update(f"upd_{audience}", audience, "…", "per_staff", LATER) for audience in Audience
    )
    told = [s.update for s in steps_of(replace(submitted(), updates=updates)) if s.update]

    assert [update.audience for update in told] == [Audience.PUBLIC]


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("kind", SERVICE_TYPES.values(), ids=lambda kind: kind.code)
def test_published_is_what_is_public_itself_and_of_a_public_type(
    kind: object, visibility: Visibility
) -> None:
    found = SERVICE_TYPES[kind.code]  # type: ignore[attr-defined]
    request = replace(submitted(), service_code=found.code, visibility=visibility)

    assert is_published(request, found) is (found.open311 and visibility is Visibility.PUBLIC)
    assert not is_published(request, None)


def test_care_mediation_and_what_goes_elsewhere_are_never_offered_to_the_world() -> None:
    hidden = {kind.group for kind in SERVICE_TYPES.values() if not kind.open311}
    offered = {kind.handler for kind in SERVICE_TYPES.values() if kind.open311}

    assert {"care", "living", "elsewhere"} <= hidden
    assert not offered & {"care", "mediation"}


@pytest.mark.parametrize(
    "private",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "010-65001234",
        "65001234",
        "+44 (0)20 7946 0958",
        "".join(chr(0xFF10 + int(digit)) for digit in "13800138000"),
        "11010519491231002X",
        "6222021234567890123",
        "li.wang+311@mail.example.cn",
        "京A12345",
        "京AD12345",
        "京A·12345",
        "3单元502室",
        "三单元",
        "1203室",
    ],
)
@pytest.mark.parametrize("around", ["{}", "请联系{}。谢谢", "王先生{}", "见 {} ."])
def test_what_leads_to_a_person_is_left_out(private: str, around: str) -> None:
    assert blanked(around.format(private)) == around.format(BLANK)


@pytest.mark.parametrize(
    "text",
    [
        "5号楼门口路灯 3 盏不亮",
        "2026-11-24 08:30 起停水",
        "2026年11月24日",
        "HM-2026-7K3M9QX",
        "100米外: 12345 已告知",
        "The lamp at building 12 has been out since 8:00.",
    ],
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    assert blanked(text) == text


@pytest.mark.parametrize("part", ["1", "a", "一", "a@", "a-", "+1 ", "1 ", "a.", "京A", "(1"])
def test_a_long_text_of_anything_takes_no_longer_than_others(part: str) -> None:
    text = part * (4000 // len(part))
    started = process_time()
    for _ in range(10):
        blanked(text)
    assert process_time() - started < 0.5


@given(st.text())
def test_leaving_out_is_done_after_once(text: str) -> None:
    assert blanked(blanked(text)) == blanked(text)


MOMENTS = st.integers(0, 10 * 365 * 24).map(
    lambda hours: NOW + timedelta(hours=hours)
) | st.datetimes(timezones=st.just(UTC))


@given(st.none() | MOMENTS, st.none() | MOMENTS, MOMENTS)
def test_a_window_is_what_was_told_and_never_over_ninety_days(
    start: datetime | None, end: datetime | None, now: datetime
) -> None:
    try:
        found = window(start, end, now)
    except Invalid:
        assert start is not None
        assert end is not None
        assert not timedelta(0) <= end - start <= SPAN
        return
    assert timedelta(0) <= found.end - found.start <= SPAN
    assert start in (None, found.start)
    assert end in (None, found.end)


def test_nothing_told_means_the_last_ninety_days() -> None:
    assert Sought().requested(NOW) == Window(NOW - SPAN, NOW)
    assert window(NOW - timedelta(days=1), None, NOW).end == NOW
    assert window(NOW - 2 * SPAN, None, NOW).end == NOW - SPAN
    last, first = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    assert window(last, None, NOW) == Window(last, last)
    assert window(None, first, NOW) == Window(first, first)
    assert window(NOW.astimezone(timezone(timedelta(hours=8))), NOW, NOW) == Window(NOW, NOW)


def test_one_jurisdiction_need_not_be_named_and_of_several_one_must() -> None:
    one = Jurisdictions.read("city.example=hongmiao")
    two = Jurisdictions.read("hongmiao, city.example=elsewhere,")

    assert one.community(None) == one.community("") == one.community("city.example") == "hongmiao"
    assert two.community("hongmiao") == "hongmiao"
    assert two.community("city.example") == "elsewhere"
    with pytest.raises(Invalid):
        two.community(None)
    for told in ("nowhere", "elsewhere"):
        with pytest.raises(NotFound):
            two.community(told)
    with pytest.raises(NotFound):
        Jurisdictions().community(None)


@pytest.mark.parametrize("told", ["a,a", "a=b,a=c", "=b", " = "])
def test_a_jurisdiction_has_one_name_of_its_own(told: str) -> None:
    with pytest.raises(ValueError, match="names"):
        Jurisdictions.read(told)
