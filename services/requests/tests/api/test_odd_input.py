"""Whatever stands in a field, in whatever place: refused by its name or taken, never a bug."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.requests.api import council_routes, mediation, service_type, survey
from services.requests.tests.api import test_mediation, test_service_type, test_survey
from services.requests.tests.api.callers import caller
from services.requests.tests.api.council_callers import DRAFT, MEETING, MEETINGS, PROPOSALS
from services.requests.tests.api.test_mediation import MEDIATIONS
from services.requests.tests.api.test_survey import SURVEYS
from services.requests.tests.chamber import chamber_over
from services.requests.tests.harness import harness_over
from services.requests.tests.mediation_harness import mediation_harness_over
from services.requests.tests.survey_harness import survey_harness_over
from shared.testing_routes import MadeOnce
from shared.testing_web import WebClient, english, never_answered, web_client

ODD: list[Any] = [
    *(None, True, -1, 0, 2**63, 2**64, 1e308, [], {}, [None], [[]], {"a": 1}),
    *("", " ", "\x00", "a\x00b", "\ud800", "💥" * 50, "x" * 65, "x" * 5_000, "$where", "a.b"),
    *("=1+1", "NaN", "\u202e", "2026-12-01", "2026-12-01T00:00:00"),
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999-12:00"),
]
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    (SURVEYS, "staff", test_survey.BODY),
    (MEDIATIONS, "mediator", test_mediation.DISPUTE),
    (PROPOSALS, "resident", {**DRAFT, "finding": {"survey_id": "svy_1", "finding_id": "f"}}),
    (MEETINGS, "staff", MEETING),
    ("/api/requests/v1/service-types", "staff", test_service_type.NEW),
]


@pytest.fixture
async def client() -> WebClient:
    asked, disputed = await survey_harness_over(None), await mediation_harness_over(None)
    chamber, harness = await chamber_over(None), await harness_over(None)
    never = {"proposals": never_answered, "meetings": never_answered}
    return web_client(
        MadeOnce(survey.router, asked.service, never_answered),
        MadeOnce(mediation.router, disputed.service, never_answered),
        MadeOnce(council_routes.routers, chamber.council, **never),
        MadeOnce(service_type.router, harness.service_types, never_answered),
    )


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each part of a body, the body itself not."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        yield (*above, name)
        if isinstance(part, dict | list):
            yield from _places(part, (*above, name))


def _with(body: Any, place: tuple[Any, ...], odd: Any) -> Any:
    changed = at = json.loads(json.dumps(body))
    for name in place[:-1]:
        at = at[name]
    at[place[-1]] = odd
    return changed


@pytest.mark.parametrize(("path", "who", "body"), BODIES, ids=[path for path, _, _ in BODIES])
async def test_no_odd_value_is_a_bug_of_ours(
    client: WebClient, path: str, who: str, body: dict[str, Any]
) -> None:
    whole = json.loads(json.dumps(body))
    sound = await client.call("POST", path, caller(who), json=whole, headers=english())
    assert sound.status in {201, 422}

    bugs = []
    for place in _places(whole):
        for odd in ODD:
            sent = _with(whole, place, odd)
            answer = await client.call("POST", path, caller(who), json=sent, headers=english())
            if answer.status not in {201, 400, 404, 409, 413, 422, 429}:
                bugs.append((place, odd, answer.status))
    assert bugs == []
