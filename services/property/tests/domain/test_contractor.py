"""What a company's contract may be, when it holds, and how it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain import contractor as domain
from services.property.domain.contractor import (
    CONTACTS_MAX,
    TRANSITIONS,
    Contact,
    ContractorAction,
    ContractorState,
    Terms,
)
from services.property.domain.work_scope import WorkScope
from services.property.tests.estate_samples import FROM, TO, a_contractor
from shared.days import start_of
from shared.errors import Invalid
from shared.events.property_estate import (
    ContractorChanged,
    ContractorEnded,
    ContractorRegistered,
    ContractorRenewed,
)
from shared.testing import refused_by_table


def test_a_registered_company_is_told_by_its_id_and_its_terms_alone() -> None:
    new, events = domain.register(a_contractor(version=0))

    assert events == [
        ContractorRegistered(
            contractor_id="cmp_anju",
            scopes=("vehicles", "security"),
            contract_from=FROM,
            contract_to=TO,
        )
    ]
    assert new.contacts[0].phone == "13800001234"
    assert new.alarm_at == start_of(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"contract_to": date(2025, 12, 31)}, "contractor.ends_first", "/contract_to"),
        ({"contract_from": date(1, 1, 1)}, "contractor.day", "/contract_from"),
        ({"contract_to": date.max}, "contractor.day", "/contract_to"),
        ({"scopes": ()}, "contractor.scopes", "/scopes"),
        ({"scopes": (WorkScope.REPAIR, WorkScope.REPAIR)}, "contractor.scopes", "/scopes"),
        (
            {"contacts": (Contact("A", "12345"),) * (CONTACTS_MAX + 1)},
            "contractor.contacts",
            "/contacts",
        ),
        ({"contacts": (Contact("A", "no number"),)}, "contact.phone", "/contacts/0/phone"),
    ],
)
def test_a_contract_that_cannot_be_is_refused_with_its_place(
    changes: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        domain.register(a_contractor(**changes))
    assert (caught.value.code, caught.value.facts["pointer"]) == (code, pointer)
    with pytest.raises(Invalid, match=code):
        domain.change(a_contractor(), changes)


@given(day=st.dates(date(2025, 1, 1), date(2028, 1, 1)), open_ended=st.booleans())
def test_a_contract_holds_from_its_first_day_to_its_last(day: date, open_ended: bool) -> None:
    contract = a_contractor(contract_to=None if open_ended else TO)
    assert contract.holds(day) == (day >= FROM and (open_ended or day <= TO))
    ended, _ = domain.end(contract, on=day, reason="no more")
    assert not ended.holds(day)


def test_what_is_so_already_is_told_to_nobody() -> None:
    registered, _ = domain.register(a_contractor())
    assert domain.change(registered, {"name": "Anju", "scopes": registered.scopes})[1] == []
    after, events = domain.change(registered, {"contract_to": None})
    assert isinstance(events[0], ContractorChanged)
    assert (after.contract_to, after.alarm_at) == (None, None)


def test_a_contract_ends_by_the_clock_with_its_last_day_in_beijing_and_once() -> None:
    contract, _ = domain.register(a_contractor())
    midnight = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert domain.tick(contract, at=midnight - timedelta(seconds=1)) is None
    ended = domain.tick(contract, at=midnight)
    assert ended is not None
    after, events = ended
    assert isinstance(events[0], ContractorEnded)
    assert (after.ended_on, after.end_reason) == (date(2027, 1, 1), domain.EXPIRED)
    assert domain.tick(after, at=midnight + timedelta(days=99)) is None


def test_a_company_whose_contract_is_over_may_have_one_again() -> None:
    ended, _ = domain.end(a_contractor(), on=date(2026, 6, 1), reason="sold")
    terms = Terms(date(2027, 1, 1), None, (WorkScope.REPAIR,))

    renewed, events = domain.renew(ended, terms)

    assert isinstance(events[0], ContractorRenewed)
    assert renewed.holds(date(2027, 1, 1))
    assert not renewed.holds(date(2026, 12, 31))
    assert (renewed.ended_on, renewed.end_reason) == (None, None)


ACTS = {
    ContractorAction.CHANGE: lambda c: domain.change(c, {"name": "Other"}),
    ContractorAction.END: lambda c: domain.end(c, on=TO, reason="sold"),
    ContractorAction.RENEW: lambda c: domain.renew(c, Terms(FROM, TO, (WorkScope.REPAIR,))),
}


@pytest.mark.parametrize("state", ContractorState)
@pytest.mark.parametrize("action", ContractorAction)
def test_every_step_is_as_the_table_says(state: ContractorState, action: ContractorAction) -> None:
    before = a_contractor(state=state)
    after = TRANSITIONS[state].get(action)
    if after is None:
        with refused_by_table("contractor", state, action):
            ACTS[action](before)
    else:
        assert ACTS[action](before)[0].state is after
