"""A care household (重点户): who lives there, what they need, whether they agreed to be cared for.

Categories, needs, risk and the details of consent are sensitive personal information (personal
information law, art. 28): they stand in the document only, never in an event, a log or an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.pairing.domain.availability import TimeSlot, check_slots
from services.pairing.domain.codes import check_languages
from services.pairing.domain.consent_term import remind_at
from services.pairing.domain.emergency_contact import EmergencyContact
from services.pairing.domain.household_lists import NEEDS_MAX, PERSONS_MAX, check_list
from shared.errors import Invalid
from shared.events import Event
from shared.events.pairing import (
    HouseholdConsented,
    HouseholdConsentWithdrawn,
    HouseholdRegistered,
)
from shared.events.pairing_register import HouseholdChanged
from shared.transitions import step

FORMER_CONSENTS_MAX = 20


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
    """Where the household's consent stands.

    That it has run out is noted by the clock some moments late: ask ``consents``.
    """

    REGISTERED = "registered"
    CONSENTED = "consented"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LEFT = "left"


class HouseholdAction(StrEnum):
    """What may be done to a household's record."""

    CONSENT = "consent"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    REMIND = "remind"
    CHANGE = "change"
    LEAVE = "leave"


class LeftReason(StrEnum):
    """Why a household is on the register no more."""

    MOVED = "moved"
    DIED = "died"
    ON_REQUEST = "on_request"
    ENTERED_BY_MISTAKE = "entered_by_mistake"


def _without_consent(state: HouseholdState) -> Mapping[HouseholdAction, HouseholdState]:
    return {
        HouseholdAction.CONSENT: HouseholdState.CONSENTED,
        HouseholdAction.CHANGE: state,
        HouseholdAction.LEAVE: HouseholdState.LEFT,
    }


TRANSITIONS: Mapping[HouseholdState, Mapping[HouseholdAction, HouseholdState]] = {
    HouseholdState.REGISTERED: _without_consent(HouseholdState.REGISTERED),
    HouseholdState.CONSENTED: {
        HouseholdAction.CONSENT: HouseholdState.CONSENTED,
        HouseholdAction.WITHDRAW: HouseholdState.WITHDRAWN,
        HouseholdAction.EXPIRE: HouseholdState.EXPIRED,
        HouseholdAction.REMIND: HouseholdState.CONSENTED,
        HouseholdAction.CHANGE: HouseholdState.CONSENTED,
        HouseholdAction.LEAVE: HouseholdState.LEFT,
    },
    HouseholdState.WITHDRAWN: _without_consent(HouseholdState.WITHDRAWN),
    HouseholdState.EXPIRED: _without_consent(HouseholdState.EXPIRED),
    HouseholdState.LEFT: {},
}

LIVING_HERE = tuple(state for state, actions in TRANSITIONS.items() if actions)
"""The states of a household that is on the register still; a dwelling has one such at most."""


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
class Circumstances:
    """The sensitive part of what is told of a household, and when and in what language to come."""

    categories: tuple[Category, ...]
    risk_level: RiskLevel
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    suitable_times: tuple[TimeSlot, ...] = ()
    emergency_contact: EmergencyContact | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters a household, and under what reference of theirs; see ``Household``."""

    external_ref: str | None = None
    branch_id: str | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """A dwelling whose people are cared for.

    ``former_consents``: the newest that others have replaced. ``alarm_at``: when the clock is to
    look at it. ``external_ref``: an importer's own reference. ``branch_id``: the
    branch that it was given to (``household_branch``). ``raised_at``: since when
    it is at high risk, if it was entered at another.
    """

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
    languages: tuple[str, ...] = ()
    suitable_times: tuple[TimeSlot, ...] = ()
    emergency_contact: EmergencyContact | None = None
    former_consents: tuple[Consent, ...] = ()
    reminded_at: datetime | None = None
    alarm_at: datetime | None = None
    left_at: datetime | None = None
    left_reason: LeftReason | None = None
    external_ref: str | None = None
    anonymised_at: datetime | None = None
    raised_at: datetime | None = None
    branch_id: str | None = None


Outcome = tuple[Household, list[Event]]


def register(
    *,
    id: str,  # noqa: A002  the field's own name
    community: str,
    dwelling_id: str,
    person_ids: tuple[str, ...],
    circumstances: Circumstances,
    entry: Entry = Entry(),
) -> Outcome:
    """Put a household on the register, without consent as yet.

    Errors: ``Invalid`` without people or category, with one named twice, or over a limit.
    """
    _check(person_ids, circumstances)
    household = Household(
        id=id,
        community=community,
        version=0,
        state=HouseholdState.REGISTERED,
        dwelling_id=dwelling_id,
        person_ids=person_ids,
        categories=circumstances.categories,
        risk_level=circumstances.risk_level,
        needs=circumstances.needs,
        external_ref=entry.external_ref,
        branch_id=entry.branch_id,
    )
    registered = HouseholdRegistered(household_id=id, dwelling_id=dwelling_id)
    return _with(household, circumstances), [registered]


def change(
    household: Household,
    *,
    person_ids: tuple[str, ...],
    circumstances: Circumstances,
    at: datetime,
) -> Outcome:
    """Put what is told in place of what was known; nothing is told of what is so already.

    Errors: as for ``register``.
    """
    state = step(TRANSITIONS, household.state, HouseholdAction.CHANGE, noun="household")
    _check(person_ids, circumstances)
    told = replace(
        household,
        state=state,
        person_ids=person_ids,
        raised_at=_raised_at(household, circumstances.risk_level, at),
    )
    changed = _with(told, circumstances)
    events = [] if changed == household else [HouseholdChanged(household_id=household.id)]
    return changed, [*events]


def consent(household: Household, *, given: Consent, at: datetime) -> Outcome:
    """Record the household's consent, the first or one that replaces the former.

    Errors: ``Invalid`` if it has run out before it is recorded, is to be given later only, or was
    given before the household took its consent back: a form of old does not undo that.
    """
    state = step(TRANSITIONS, household.state, HouseholdAction.CONSENT, noun="household")
    former = household.consent
    if given.until is not None and given.until <= max(at, given.at):
        raise Invalid("household.consent_in_past", pointer="/until")
    if given.at > at:
        raise Invalid("household.consent_in_future", pointer="/at")
    if former and former.withdrawn_at and given.at < former.withdrawn_at:
        raise Invalid("household.consent_withdrawn_since", pointer="/at")
    consented = replace(
        household,
        state=state,
        consent=given,
        former_consents=_with_former(household),
        reminded_at=None,
        alarm_at=remind_at(given.at, given.until),
    )
    return consented, [HouseholdConsented(household_id=household.id, scope=given.scope.value)]


def withdraw_consent(household: Household, *, at: datetime) -> Outcome:
    """Take the consent back; pairings and care tasks hear of it and stop."""
    state = step(TRANSITIONS, household.state, HouseholdAction.WITHDRAW, noun="household")
    former = household.consent
    ended = None if former is None else replace(former, withdrawn_at=at)
    withdrawn = replace(household, state=state, consent=ended, alarm_at=None)
    return withdrawn, [HouseholdConsentWithdrawn(household_id=household.id)]


def consents(household: Household, *, at: datetime, to: ConsentScope | None = None) -> bool:
    """Whether a consent is in force at this moment; with ``to``, whether it covers that as well."""
    given = household.consent
    if household.state is not HouseholdState.CONSENTED or given is None:
        return False
    if given.until is not None and given.until <= at:
        return False
    return to is None or given.scope in (ConsentScope.CARE, to)


def _with_former(household: Household) -> tuple[Consent, ...]:
    former = () if household.consent is None else (household.consent,)
    return (*household.former_consents, *former)[-FORMER_CONSENTS_MAX:]


def _with(household: Household, told: Circumstances) -> Household:
    return replace(
        household,
        # In one order, so that equal households have equal documents.
        categories=tuple(sorted(told.categories)),
        risk_level=told.risk_level,
        needs=told.needs,
        languages=check_languages(told.languages),
        suitable_times=check_slots(told.suitable_times, field="suitable_times"),
        emergency_contact=told.emergency_contact,
    )


def _raised_at(household: Household, risk: RiskLevel, at: datetime) -> datetime | None:
    """Since when it is at high risk after a change, if it was not from the beginning."""
    if risk is not RiskLevel.HIGH:
        return None
    return household.raised_at if household.risk_level is RiskLevel.HIGH else at


def _check(person_ids: tuple[str, ...], told: Circumstances) -> None:
    check_list(person_ids, "person_ids", least=1, most=PERSONS_MAX)
    check_list(told.categories, "categories", least=1, most=len(Category))
    check_list(told.needs, "needs", least=0, most=NEEDS_MAX)
