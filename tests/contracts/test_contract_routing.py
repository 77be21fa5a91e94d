"""Requests and property agree whose a request is: by one contract, both send it the same way."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.contractor import Contractor, ContractorState
from services.property.domain.estate import Estate as PropertyEstate
from services.property.domain.estate import Management, plan_of
from services.property.domain.work_scope import WorkScope
from services.requests.domain.assignment import Unit
from services.requests.domain.contract import Contract
from services.requests.domain.estate import Estate
from services.requests.domain.routing import route
from services.requests.domain.service_type import HandlerRule
from services.requests.domain.service_type_seed import SERVICE_TYPES
from shared.work_scope import scope_of_service

TODAY = date(2026, 11, 24)
NEAR = st.integers(-2, 2).map(lambda days: TODAY + timedelta(days=days))
OURS = [code for code, kind in SERVICE_TYPES.items() if kind.handler is HandlerRule.PROPERTY]


@given(
    code=st.sampled_from(OURS),
    scopes=st.frozensets(st.sampled_from(WorkScope), min_size=1),
    first_on=NEAR,
    last_on=st.none() | NEAR,
    state=st.sampled_from(ContractorState),
)
def test_a_request_goes_to_the_company_if_and_only_if_property_makes_it_the_companys(
    code: str,
    scopes: frozenset[WorkScope],
    first_on: date,
    last_on: date | None,
    state: ContractorState,
) -> None:
    company = Contractor(
        "ctr_1", "c", 1, state, "cmp_1", "n", first_on, last_on, tuple(sorted(scopes))
    )
    estate = PropertyEstate("est_1", "c", 1, "s", "S", Management.CONTRACTOR, "cmp_1", ())
    plan = plan_of(estate, contractor=company, on=TODAY)
    told = frozenset(scope.value for scope in scopes)
    ended = state is ContractorState.ENDED
    contract = Contract("c", "cmp_1", 1, told, first_on, last_on, ended)
    copy = Estate("est_1", "c", 1, frozenset(), contractor_id="cmp_1", contract=contract)

    way = route(SERVICE_TYPES[code], copy, on=TODAY)

    companys = plan.handles(scope_of_service(code)) is not None
    assert way is (Unit.PROPERTY if companys else Unit.TEAM)
