"""A care household (重点户): who lives there, what they need, whether they agreed to be cared for.

Categories, needs, risk and the details of consent are sensitive personal information (personal
information law, art. 28): they stand in the document only, never in an event, a log or an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing import (
    HouseholdConsented,
    HouseholdConsentWithdrawn,
    HouseholdRegistered,
)
from shared.transitions import step

PERSONS_MAX = 20
NEEDS_MAX = 30


class Category(StrEnum):
    """Why a household is cared for; more than one may hold."""

    ELDERLY_EMPTY_NEST = "elderly_empty_nest"
    SEVERE_DISABILITY = "severe_disability"
    HARDSHIP = "hardship"


class RiskLevel(StrEnum):
    """How often somebody must look: high weekly, key monthly, general quarterly (domain.md, 3)."""

    HIGH = "high"
    KEY = "key"
    GENERAL = "general"


class ConsentMethod(StrEnum):
    """How the household said yes."""

    WRITTEN = "written"
    ORAL = "oral"
    ELECTRONIC = "electronic"


class ConsentScope(StrEnum):
    """What the household said yes to: visits, help on request, or both (care)."""

    CARE = "care"
    VISITS = "visits"
    HELP = "help"


class HouseholdState(StrEnum):
    """Where the household's consent stands; whether it has run out is asked with the time."""

    REGISTERED = "registered"
    CONSENTED = "consented"
    WITHDRAWN = "withdrawn"


class HouseholdAction(StrEnum):
    """What may be done to a household's consent."""

    CONSENT = "consent"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[HouseholdState, Mapping[HouseholdAction, HouseholdState]] = {
    HouseholdState.REGISTERED: {HouseholdAction.CONSENT: HouseholdState.CONSENTED},
    HouseholdState.CONSENTED: {
        HouseholdAction.CONSENT: HouseholdState.CONSENTED,
        HouseholdAction.WITHDRAW: HouseholdState.WITHDRAWN,
    },
    HouseholdState.WITHDRAWN: {HouseholdAction.CONSENT: HouseholdState.CONSENTED},
}


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed, when, how, to what and until when (None: until withdrawn).

    A withdrawn consent is kept with its end: it is the proof that what was done before was allowed.
    """

    at: datetime
    by: str
    method: ConsentMethod
    scope: ConsentScope
    until: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """A dwelling whose people are cared for."""

    id: str
    community: str
    version: int
    state: HouseholdState
    dwelling_id: str
    person_ids: tuple[str, ...]
    categories: tuple[Category, ...]
    risk_level: RiskLevel
    needs: tuple[str, ...]
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The sensitive part of what is told when a household is registered."""

    categories: tuple[Category, ...]
    risk_level: RiskLevel
    needs: tuple[str, ...] = ()


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    dwelling_id: str,
    person_ids: tuple[str, ...],
    circumstances: Circumstances,
) -> tuple[Household, list[Event]]:
    """Put a household on the register, without consent as yet.

    Errors: ``Invalid`` without people or category, with one named twice, or over a limit.
    """
    _check_list(person_ids, "person_ids", least=1, most=PERSONS_MAX)
    _check_list(circumstances.categories, "categories", least=1, most=len(Category))
    _check_list(circumstances.needs, "needs", least=0, most=NEEDS_MAX)
    household = Household(
        id=id,
        community=community,
        version=0,
        state=HouseholdState.REGISTERED,
        dwelling_id=dwelling_id,
        person_ids=person_ids,
        # In one order, so that equal households have equal documents.
        categories=tuple(sorted(circumstances.categories)),
        risk_level=circumstances.risk_level,
        needs=circumstances.needs,
    )
    return household, [HouseholdRegistered(household_id=id, dwelling_id=dwelling_id)]


def consent(household: Household, *, given: Consent) -> tuple[Household, list[Event]]:
    """Record the household's consent, the first or one that replaces the former.

    Errors: ``Invalid`` if it has run out before it is recorded.
    """
    state = step(TRANSITIONS, household.state, HouseholdAction.CONSENT, noun="household")
    if given.until is not None and given.until <= given.at:
        raise Invalid("household.consent_in_past", pointer="/until")
    event = HouseholdConsented(household_id=household.id, scope=given.scope.value)
    return replace(household, state=state, consent=given), [event]


def withdraw_consent(household: Household, *, at: datetime) -> tuple[Household, list[Event]]:
    """Take the consent back; pairings and care tasks hear of it and stop."""
    state = step(TRANSITIONS, household.state, HouseholdAction.WITHDRAW, noun="household")
    former = household.consent
    ended = None if former is None else replace(former, withdrawn_at=at)
    event = HouseholdConsentWithdrawn(household_id=household.id)
    return replace(household, state=state, consent=ended), [event]


def consents(household: Household, *, at: datetime, to: ConsentScope | None = None) -> bool:
    """Whether a consent is in force at this moment; with ``to``, whether it covers that as well."""
    given = household.consent
    if household.state is not HouseholdState.CONSENTED or given is None:
        return False
    if given.until is not None and given.until <= at:
        return False
    return to is None or given.scope in (ConsentScope.CARE, to)


def _check_list(items: tuple[str, ...], name: str, *, least: int, most: int) -> None:
    if not least <= len(items) <= most:
        raise Invalid(
            "household.list_length", pointer=f"/{name}", field=name, least=least, most=most
        )
    if len(set(items)) != len(items):
        raise Invalid("household.list_repeats", pointer=f"/{name}", field=name)
