"""How a request comes in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.requests.domain.contract import Contract
from services.requests.domain.estate import Estate
from services.requests.domain.request import Channel, RequestState
from services.requests.domain.service_type import HandlerRule, Visibility
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.domain.submission import number_of, submit
from services.requests.tests.samples import ESTATE, NOW, REQUEST_ID, submission
from shared.clock import new_id
from shared.days import day_of
from shared.errors import Invalid
from shared.events import Event


def _submit(
    service_code: str, estate: Estate = ESTATE, **changes: object
) -> tuple[RequestState, list[Event]]:
    request, events = submit(
        submission(service_code, **changes),
        kind=SERVICE_TYPES[service_code],
        request_id=REQUEST_ID,
        estate=estate,
        at=NOW,
    )
    return request.state, events


WAYS = {
    HandlerRule.CARE: "care",
    HandlerRule.PROPERTY: "property",
    HandlerRule.MEDIATION: "mediation",
    HandlerRule.COUNCIL: "council",
}


@pytest.mark.parametrize("code", SERVICE_TYPES)
def test_a_service_type_decides_where_its_requests_go(code: str) -> None:
    state, events = _submit(code)
    kind = SERVICE_TYPES[code]

    told = [event.type.split(".")[2] for event in events]
    if kind.handler is HandlerRule.DISPATCHER:
        assert (state, told) == (RequestState.SUBMITTED, ["submitted"])
    elif kind.handler is HandlerRule.REFER:
        assert (state, told) == (RequestState.REFERRED, ["submitted", "accepted", "referred"])
        assert events[-1].model_dump()["to"] == kind.refer_number
    else:
        assert (state, told) == (RequestState.ASSIGNED, ["submitted", "accepted", "assigned"])
        assert events[-1].model_dump()["unit"] == WAYS[kind.handler]
        assert events[-1].model_dump()["post"] == kind.post


@pytest.mark.parametrize(("has_contractor", "unit"), [(True, "property"), (False, "team")])
def test_repairs_go_to_the_company_and_without_one_to_the_volunteer_team(
    has_contractor: bool, unit: str
) -> None:
    _, events = _submit("repair.lift", replace(ESTATE, has_contractor=has_contractor))

    assert events[-1].model_dump()["unit"] == unit


@pytest.mark.parametrize(
    ("changes", "unit"),
    [
        ({}, "property"),
        ({"scopes": frozenset({"cleaning"})}, "team"),
        ({"last_on": day_of(NOW)}, "property"),
        ({"last_on": day_of(NOW) - timedelta(days=1)}, "team"),
        ({"first_on": day_of(NOW) + timedelta(days=1)}, "team"),
        ({"ended": True}, "team"),
    ],
)
def test_what_the_companys_contract_does_not_cover_goes_to_the_volunteer_team(
    changes: dict[str, Any], unit: str
) -> None:
    contract = Contract("hongmiao", "con_1", 1, frozenset({"repair"}), day_of(NOW), None)
    _, events = _submit("repair.lift", replace(ESTATE, contract=replace(contract, **changes)))

    assert events[-1].model_dump()["unit"] == unit


def test_a_dwelling_says_in_which_building_it_is() -> None:
    _, (event,) = _submit("noise", dwelling_id="dwl_2")

    assert event.model_dump()["building_id"] == "bld_1"


def test_the_events_of_a_submission_hold_ids_and_facts_and_nobodys_words() -> None:
    _, (event,) = _submit("noise", channel=Channel.STATION, description="电话 010-1234")

    assert event.model_dump() == {
        "request_id": REQUEST_ID,
        "number": "HM-2026-R3S4T5V",
        "channel": "station",
        "service_code": "noise",
        "requester_id": "per_resident",
        "estate_id": "est_1",
        "dwelling_id": "dwl_1",
        "building_id": "bld_1",
        "visibility": "public",
    }


@pytest.mark.parametrize(
    ("code", "chosen", "visibility"),
    [
        ("care.shopping", None, Visibility.STAFF),
        ("noise", None, Visibility.PUBLIC),
        ("noise", Visibility.CONFIDENTIAL, Visibility.CONFIDENTIAL),
    ],
)
def test_visibility_is_the_requesters_choice_else_the_service_types(
    code: str, chosen: Visibility | None, visibility: Visibility
) -> None:
    request, _ = submit(
        submission(code, visibility=chosen),
        kind=SERVICE_TYPES[code],
        request_id=REQUEST_ID,
        estate=ESTATE,
        at=NOW,
    )

    assert request.visibility is visibility


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        (
            {"service_code": "care.company", "visibility": Visibility.PUBLIC},
            "visibility.too_wide",
            "/visibility",
        ),
        ({"attributes": {"plate": ("京A",)}}, "attribute.unknown", "/attributes"),
        ({"description": " \n\t　"}, "description.blank", "/description"),
        ({"description": "雨" * 4001}, "description.too_long", "/description"),
    ],
)
def test_a_submission_that_cannot_be_is_refused_by_field(
    changes: dict[str, object], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _submit(**{"service_code": "noise", **changes})  # type: ignore[arg-type]

    assert refused.value.code == code
    assert refused.value.facts["pointer"] == pointer


def test_a_description_of_four_thousand_characters_is_taken() -> None:
    state, _ = _submit("noise", description="雨" * 4000)

    assert state is RequestState.SUBMITTED


def test_the_year_of_a_number_is_the_year_in_beijing() -> None:
    new_years_eve_in_utc = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert number_of(REQUEST_ID, new_years_eve_in_utc) == "HM-2027-R3S4T5V"


def test_a_burst_of_numbers_has_none_twice() -> None:
    numbers = {number_of(new_id("req"), NOW) for _ in range(1000)}

    assert len(numbers) == 1000
    assert all(len(number) == len("HM-2026-XXXXXXX") for number in numbers)
