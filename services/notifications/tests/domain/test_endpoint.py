"""What may happen to an endpoint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain import endpoint as domain
from services.notifications.domain.endpoint import (
    TRANSITIONS,
    Endpoint,
    EndpointAction,
    EndpointState,
    SealedSecret,
    Wishes,
)
from shared.errors import Conflict, Invalid
from shared.events.notifications import EndpointDisabled, EndpointRegistered
from shared.testing import refused_by_table

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def secret(name: str = "sec_1", **facts: datetime | None) -> SealedSecret:
    return SealedSecret(
        id=name, sealed="key.c2VhbGVk", created_at=NOW, expires_at=facts.get("until")
    )


def endpoint(state: EndpointState = EndpointState.ENABLED, *event_types: str) -> Endpoint:
    made, _ = domain.register(
        id="whe_1",
        community="hongmiao",
        wishes=Wishes("https://committee.example/hook", event_types=event_types),
        secret=secret(),
    )
    return replace(made, state=state)


def do(action: EndpointAction, of: Endpoint) -> Endpoint:
    if action is EndpointAction.DISABLE:
        return domain.disable(of, reason="gone")[0]
    if action is EndpointAction.ROTATE:
        return domain.rotate(of, secret=secret("sec_2"), at=NOW)[0]
    if action in (EndpointAction.TEST, EndpointAction.REDELIVER):
        domain.check(of, action)
        return of
    plain = {
        EndpointAction.PAUSE: domain.pause,
        EndpointAction.RESUME: domain.resume,
        EndpointAction.DELETE: domain.delete,
    }
    return plain[action](of)[0]


@pytest.mark.parametrize("action", EndpointAction)
@pytest.mark.parametrize("state", EndpointState)
def test_every_pair_of_state_and_action_does_what_the_table_says(
    state: EndpointState, action: EndpointAction
) -> None:
    before = endpoint(state)
    if action in TRANSITIONS[state]:
        assert do(action, before).state is TRANSITIONS[state][action]
    else:
        with refused_by_table("endpoint", state, action):
            do(action, before)
    assert before.state is state


def test_nothing_leads_out_of_deleted_and_everything_leads_there() -> None:
    assert TRANSITIONS[EndpointState.DELETED] == {}
    for state in set(EndpointState) - {EndpointState.DELETED}:
        assert TRANSITIONS[state][EndpointAction.DELETE] is EndpointState.DELETED


def test_a_new_endpoint_is_enabled_and_tells_no_address() -> None:
    made, events = domain.register(
        id="whe_1",
        community="hongmiao",
        wishes=Wishes("https://committee.example/hook", "committee", ("property.",), ordered=True),
        secret=secret(),
    )
    assert made.state is EndpointState.ENABLED
    assert made.version == 0
    assert events == [EndpointRegistered(endpoint_id="whe_1")]
    assert "committee" not in events[0].model_dump_json()


def test_why_an_endpoint_was_disabled_is_kept_until_it_is_resumed() -> None:
    disabled, events = domain.disable(endpoint(), reason="gone")
    assert disabled.state_reason == "gone"
    assert events == [EndpointDisabled(endpoint_id="whe_1", reason="gone")]
    assert do(EndpointAction.ROTATE, disabled).state_reason == "gone"
    assert domain.resume(disabled)[0].state_reason is None


def test_a_deleted_endpoint_keeps_no_secret() -> None:
    assert domain.delete(endpoint())[0].secrets == ()


@pytest.mark.parametrize(
    ("filters", "event_type", "wanted"),
    [
        ((), "property.incident.reported.v1", True),
        (("property.",), "property.incident.reported.v1", True),
        (("property.incident.",), "property.incident.reported.v1", True),
        (("property.incident.",), "property.work_order.created.v1", False),
        (("property.incident.reported.v1",), "property.incident.reported.v1", True),
        (("property.incident.reported.v1",), "property.incident.reported.v10", False),
        (("property",), "property.incident.reported.v1", False),
        (("requests.", "property.estate."), "property.estate.registered.v1", True),
        (("requests.",), "request.x.y.v1", False),
    ],
)
def test_a_filter_is_a_whole_type_or_a_prefix_that_ends_in_a_dot(
    filters: tuple[str, ...], event_type: str, wanted: bool
) -> None:
    assert domain.wants(endpoint(EndpointState.ENABLED, *filters), event_type, {}) is wanted


@pytest.mark.parametrize("state", EndpointState)
def test_only_a_deleted_endpoint_wants_nothing_and_only_an_enabled_one_receives(
    state: EndpointState,
) -> None:
    assert domain.wants(endpoint(state), "a.b.c.v1", {}) is (state is not EndpointState.DELETED)
    assert domain.receives(endpoint(state)) is (state is EndpointState.ENABLED)


@pytest.mark.parametrize("filter_", ["", ".", "..", "a..b", ".a", "Property.", "a b", "a*", "é."])
def test_a_filter_that_can_match_nothing_is_refused_with_its_place(filter_: str) -> None:
    with pytest.raises(Invalid) as refused:
        endpoint(EndpointState.ENABLED, "property.", filter_)
    assert refused.value.code == "endpoint.filter_invalid"
    assert refused.value.facts["pointer"] == "/event_types/1"


def test_too_many_filters_or_too_long_a_description_are_refused() -> None:
    with pytest.raises(Invalid, match=r"endpoint\.filters_too_many"):
        endpoint(EndpointState.ENABLED, *(f"a{n}." for n in range(domain.FILTERS_MAX + 1)))
    with pytest.raises(Invalid, match=r"endpoint\.description_too_long"):
        domain.register(
            id="whe_1",
            community="hongmiao",
            wishes=Wishes("https://a.example/", "x" * (domain.DESCRIPTION_CHARACTERS_MAX + 1)),
            secret=secret(),
        )


def test_after_a_rotation_both_secrets_sign_for_24_hours_the_newer_first() -> None:
    rotated, _ = domain.rotate(endpoint(), secret=secret("sec_2"), at=NOW)

    def live(hours: float) -> list[str]:
        at = NOW + timedelta(hours=hours)
        return [each.id for each in domain.live_secrets(rotated, at=at)]

    assert live(0) == live(23.99) == ["sec_2", "sec_1"]
    assert live(24) == live(1000) == ["sec_2"]


def test_a_secret_can_be_taken_back_at_once() -> None:
    rotated, _ = domain.rotate(endpoint(), secret=secret("sec_2"), at=NOW, overlap_hours=0)
    assert [each.id for each in rotated.secrets] == ["sec_2"]


def test_a_later_rotation_never_lengthens_the_life_of_an_older_secret() -> None:
    once, _ = domain.rotate(endpoint(), secret=secret("sec_2"), at=NOW, overlap_hours=1)
    later = NOW + timedelta(minutes=30)
    twice, _ = domain.rotate(once, secret=secret("sec_3"), at=later, overlap_hours=100)
    ends = {each.id: each.expires_at for each in twice.secrets}
    assert ends["sec_1"] == NOW + timedelta(hours=1)
    assert ends["sec_2"] == later + timedelta(hours=100)
    assert ends["sec_3"] is None


def test_a_fourth_live_secret_is_refused_until_one_has_expired() -> None:
    full = endpoint()
    for name in ("sec_2", "sec_3"):
        full, _ = domain.rotate(full, secret=secret(name), at=NOW)
    with pytest.raises(Conflict, match=r"endpoint\.secrets_too_many"):
        domain.rotate(full, secret=secret("sec_4"), at=NOW)
    later = NOW + timedelta(hours=24)
    rotated, _ = domain.rotate(full, secret=secret("sec_4"), at=later)
    assert [each.id for each in rotated.secrets] == ["sec_4", "sec_3"]


@pytest.mark.parametrize("hours", [-1, domain.ROTATION_HOURS_MAX + 1])
def test_an_overlap_out_of_bounds_is_refused(hours: int) -> None:
    with pytest.raises(Invalid, match=r"endpoint\.overlap_bounds"):
        domain.rotate(endpoint(), secret=secret("sec_2"), at=NOW, overlap_hours=hours)


@given(st.lists(st.integers(min_value=0, max_value=domain.ROTATION_HOURS_MAX), max_size=8))
def test_however_it_is_rotated_one_to_three_secrets_are_live_and_the_newest_is(
    overlaps: list[int],
) -> None:
    now, turning, newest = NOW, endpoint(), "sec_1"
    for place, hours in enumerate(overlaps):
        now += timedelta(hours=5)
        try:
            turning, _ = domain.rotate(
                turning, secret=secret(f"new_{place}"), at=now, overlap_hours=hours
            )
        except Conflict:
            continue
        newest = f"new_{place}"
        live = domain.live_secrets(turning, at=now)
        assert 1 <= len(live) <= domain.SECRETS_LIVE_MAX
        assert live[0].id == newest
