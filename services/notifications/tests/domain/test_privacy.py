"""What no web hook tells."""

from typing import Any

import pytest

from deploy.docs import event_classes
from services.notifications.domain.privacy import is_for, is_withheld
from shared.events import EVENT_TYPES

ALL_TYPES = sorted(event_classes())
OF_REQUESTS = [kind for kind in ALL_TYPES if kind.startswith("requests.request.")]


@pytest.mark.parametrize("event_type", ALL_TYPES)
def test_what_names_a_care_household_or_its_request_is_withheld(event_type: str) -> None:
    fields = EVENT_TYPES[event_type].model_fields
    names_one = "household_id" in fields or "household_ids" in fields
    assert is_withheld(event_type, {}) or not names_one


@pytest.mark.parametrize("event_type", OF_REQUESTS)
def test_a_confidential_request_is_withheld_at_every_step(event_type: str) -> None:
    assert "visibility" in EVENT_TYPES[event_type].model_fields
    assert is_withheld(event_type, {"visibility": "confidential"})
    for open_to in ("staff", "public", None):
        assert not is_withheld(event_type, {"visibility": open_to})


@pytest.mark.parametrize(
    "event_type", ["requests.mediation.registered.v1", "requests.survey_response.entered.v1"]
)
def test_a_dispute_and_a_single_answer_are_withheld_whatever_they_say(event_type: str) -> None:
    assert is_withheld(event_type, {"visibility": "public"})


@pytest.mark.parametrize(
    "event_type",
    [
        "pairing.member.away.v1",
        "pairing.member.returned.v1",
        "pairing.member.absence_planned.v1",
        "pairing.member.absence_dropped.v1",
    ],
)
def test_who_is_not_at_home_is_withheld(event_type: str) -> None:
    assert event_type in ALL_TYPES
    assert is_withheld(event_type, {})


@pytest.mark.parametrize("happened", ["signed_up", "signed_off", "moved_up", "attended"])
def test_who_goes_where_in_their_own_time_is_withheld(happened: str) -> None:
    event_type = f"pairing.activity.{happened}.v1"
    assert event_type in ALL_TYPES
    assert is_withheld(event_type, {})


@pytest.mark.parametrize(
    "noun",
    [
        "occupancy",
        "vehicle",
        "permit",
        "visitor_pass",
        "booking",
        "obstruction",
        "allotment.entered",
    ],
)
def test_who_lives_where_drives_what_has_visitors_or_has_booked_is_withheld(noun: str) -> None:
    kinds = [kind for kind in ALL_TYPES if kind.startswith(f"property.{noun}.")]
    assert kinds
    assert all(is_withheld(kind, {}) for kind in kinds)


@pytest.mark.parametrize(
    "event_type", ["property.incident.reported.v1", "pairing.contribution.confirmed.v1"]
)
def test_the_rest_is_told(event_type: str) -> None:
    assert not is_withheld(event_type, {})


@pytest.mark.parametrize(
    ("company", "event_type", "data", "told"),
    [
        ("cmp_anju", "property.incident.confirmed.v1", {"contractor_id": "cmp_anju"}, True),
        ("cmp_anju", "property.work_order.created.v1", {"contractor_id": "cmp_anju"}, True),
        ("cmp_anju", "property.bulletin.published.v1", {"contractor_id": "cmp_anju"}, True),
        ("cmp_anju", "property.incident.confirmed.v1", {"contractor_id": "cmp_other"}, False),
        ("cmp_anju", "property.incident.confirmed.v1", {"contractor_id": None}, False),
        ("cmp_anju", "property.incident.confirmed.v1", {}, False),
        ("cmp_anju", "property.complaint.filed.v1", {"contractor_id": "cmp_anju"}, False),
        ("cmp_anju", "requests.request.assigned.v1", {"contractor_id": "cmp_anju"}, False),
        ("", "property.incident.confirmed.v1", {"contractor_id": None}, False),
        (None, "requests.request.assigned.v1", {}, True),
    ],
)
def test_a_company_is_told_of_its_own_incidents_and_work_and_of_nothing_else(
    company: str | None, event_type: str, data: dict[str, Any], told: bool
) -> None:
    assert is_for(company, event_type, data) is told


@pytest.mark.parametrize("noun", ["complaint", "rating"])
def test_who_complained_of_a_company_and_who_rated_it_is_withheld(noun: str) -> None:
    kinds = [kind for kind in ALL_TYPES if kind.startswith(f"property.{noun}.")]
    assert kinds
    assert all(is_withheld(kind, {}) for kind in kinds)
