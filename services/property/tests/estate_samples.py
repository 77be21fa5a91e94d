"""A property company and a committee as the tests of estates know them."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.property.domain.committee import Committee, CommitteeState, Seat, SeatKind
from services.property.domain.contractor import Contact, Contractor, ContractorState
from services.property.domain.work_scope import WorkScope

FROM, TO = date(2026, 1, 1), date(2026, 12, 31)


def a_contractor(**changes: Any) -> Contractor:
    """A company for vehicles and security, this year."""
    whole = Contractor(
        id="ctr_1",
        community="hongmiao",
        version=1,
        state=ContractorState.CONTRACTED,
        contractor_id="cmp_anju",
        name="Anju",
        contract_from=FROM,
        contract_to=TO,
        scopes=(WorkScope.VEHICLES, WorkScope.SECURITY),
        contacts=(Contact("Li Wei", "138 0000 1234", "duty desk"),),
    )
    return replace(whole, **changes)


SINCE = date(2026, 1, 1)
CHAIR = Seat("per_1", SeatKind.CHAIR, SINCE)


def a_committee(**changes: Any) -> Committee:
    """A committee of one estate."""
    whole = Committee(
        id="cmt_1",
        community="hongmiao",
        version=1,
        state=CommitteeState.FORMED,
        estate_id="est_1",
        members=(CHAIR, Seat("per_2", SeatKind.MEMBER, SINCE, date(2026, 6, 30))),
        team_ids=("tea_1",),
    )
    return replace(whole, **changes)
