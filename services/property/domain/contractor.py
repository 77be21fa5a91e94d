"""Property companies (物业服务企业): the contract that each has in a community, and whom one calls.

An estate names its company by ``contractor_id``. Where nobody registered that company, whatever the
estate says holds; where somebody did, its contract does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypedDict

from services.property.domain.work_scope import WorkScope
from shared.days import YEAR_MAX, YEAR_MIN, start_of
from shared.errors import Invalid
from shared.events import Event
from shared.events.property_estate import (
    ContractorChanged,
    ContractorEnded,
    ContractorRegistered,
    ContractorRenewed,
)
from shared.phones import phone_number
from shared.transitions import step

CONTACTS_MAX = 10
EXPIRED = "contract_expired"
"""The reason that the calendar gives; people give theirs in words."""


class ContractorState(StrEnum):
    """Whether there is a contract."""

    CONTRACTED = "contracted"
    ENDED = "ended"


class ContractorAction(StrEnum):
    """What may happen to a company's contract."""

    CHANGE = "change"
    END = "end"
    RENEW = "renew"


TRANSITIONS: Mapping[ContractorState, Mapping[ContractorAction, ContractorState]] = {
    ContractorState.CONTRACTED: {
        ContractorAction.CHANGE: ContractorState.CONTRACTED,
        ContractorAction.END: ContractorState.ENDED,
    },
    ContractorState.ENDED: {ContractorAction.RENEW: ContractorState.CONTRACTED},
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at the company, and what one calls them about."""

    name: str
    phone: str
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed: from a day on, to a day (included) or for good, and which sorts of work."""

    contract_from: date
    contract_to: date | None
    scopes: tuple[WorkScope, ...]


@dataclass(frozen=True, slots=True)
class Contractor:
    """A company in one community; ``contractor_id`` is the company's own id, the same everywhere.

    ``alarm_at``: when its contract runs out. ``ended_on``: since which day it does not hold.
    """

    id: str
    community: str
    version: int
    state: ContractorState
    contractor_id: str
    name: str
    contract_from: date
    contract_to: date | None
    scopes: tuple[WorkScope, ...]
    contacts: tuple[Contact, ...] = ()
    ended_on: date | None = None
    end_reason: str | None = None
    alarm_at: datetime | None = None

    def holds(self, on: date) -> bool:
        """Whether the contract is in force on this day."""
        return (
            self.state is ContractorState.CONTRACTED
            and self.contract_from <= on
            and (self.contract_to is None or on <= self.contract_to)
        )


Outcome = tuple[Contractor, list[Event]]


def register(contractor: Contractor) -> Outcome:
    """A company has a contract. Errors: ``Invalid`` for terms or contacts that cannot be."""
    new = _checked(contractor)
    return new, [ContractorRegistered(**_facts(new))]


def change(contractor: Contractor, changes: Mapping[str, Any]) -> Outcome:
    """These are different; no event if nothing is. Errors: ``Invalid``; ``WrongState``."""
    state = step(TRANSITIONS, contractor.state, ContractorAction.CHANGE, noun="contractor")
    after = _checked(replace(contractor, state=state, **changes))
    return after, [] if after == contractor else [ContractorChanged(**_facts(after))]


def end(contractor: Contractor, *, on: date, reason: str) -> Outcome:
    """The contract does not hold from this day on. Errors: ``WrongState``."""
    state = step(TRANSITIONS, contractor.state, ContractorAction.END, noun="contractor")
    after = replace(contractor, state=state, ended_on=on, end_reason=reason, alarm_at=None)
    return after, [ContractorEnded(**_facts(after))]


def renew(contractor: Contractor, terms: Terms) -> Outcome:
    """There is a contract again, of these terms. Errors: ``Invalid``; ``WrongState``."""
    state = step(TRANSITIONS, contractor.state, ContractorAction.RENEW, noun="contractor")
    after = _checked(
        replace(
            contractor,
            state=state,
            contract_from=terms.contract_from,
            contract_to=terms.contract_to,
            scopes=terms.scopes,
            ended_on=None,
            end_reason=None,
        )
    )
    return after, [ContractorRenewed(**_facts(after))]


def tick(contractor: Contractor, *, at: datetime) -> Outcome | None:
    """The contract after what is due by now: it ends with the day that was agreed; else None."""
    last_on = contractor.contract_to
    if contractor.alarm_at is None or contractor.alarm_at > at or last_on is None:
        return None
    return end(contractor, on=last_on + timedelta(days=1), reason=EXPIRED)


def _checked(contractor: Contractor) -> Contractor:
    """The same with its contacts' numbers as they are kept, and its alarm set; ``Invalid``."""
    first, last = contractor.contract_from, contractor.contract_to
    for name, day in (("contract_from", first), ("contract_to", last)):
        if day is not None and not YEAR_MIN <= day.year <= YEAR_MAX:
            raise Invalid("contractor.day", pointer=f"/{name}", least=YEAR_MIN, most=YEAR_MAX)
    if last is not None and last < first:
        raise Invalid("contractor.ends_first", pointer="/contract_to")
    if not contractor.scopes or len(set(contractor.scopes)) != len(contractor.scopes):
        raise Invalid("contractor.scopes", pointer="/scopes")
    if len(contractor.contacts) > CONTACTS_MAX:
        raise Invalid("contractor.contacts", pointer="/contacts", most=CONTACTS_MAX)
    contacts = tuple(
        replace(each, phone=phone_number(each.phone, pointer=f"/contacts/{n}/phone"))
        for n, each in enumerate(contractor.contacts)
    )
    alarm_at = None if last is None else start_of(last + timedelta(days=1))
    return replace(contractor, contacts=contacts, alarm_at=alarm_at)


class _Facts(TypedDict):
    contractor_id: str
    scopes: tuple[str, ...]
    contract_from: date
    contract_to: date | None


def _facts(contractor: Contractor) -> _Facts:
    """What every event of a company carries."""
    return _Facts(
        contractor_id=contractor.contractor_id,
        scopes=tuple(scope.value for scope in contractor.scopes),
        contract_from=contractor.contract_from,
        contract_to=contractor.contract_to,
    )
