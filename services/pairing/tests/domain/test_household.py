"""A household's register and consent."""

from datetime import timedelta

import pytest

from services.pairing.domain import household
from services.pairing.domain.household import (
    Category,
    Circumstances,
    ConsentScope,
    HouseholdState,
    RiskLevel,
    consents,
)
from services.pairing.tests.samples import NOW, a_consent, a_household, consenting
from shared.errors import Invalid
from shared.events.pairing import HouseholdRegistered

LATER = NOW + timedelta(days=1)


def _register(**changes: object) -> household.Household:
    facts: dict[str, object] = {
        "person_ids": ("per_1",),
        "circumstances": Circumstances((Category.HARDSHIP,), RiskLevel.KEY),
        **changes,
    }
    return household.register(
        id="hsh_1",
        community="hongmiao",
        dwelling_id="dwl_1",
        **facts,  # type: ignore[arg-type]
    )[0]


def test_a_new_household_has_not_consented_and_tells_where_it_is_alone() -> None:
    new, events = household.register(
        id="hsh_1",
        community="hongmiao",
        dwelling_id="dwl_1",
        person_ids=("per_1",),
        circumstances=Circumstances((Category.HARDSHIP,), RiskLevel.HIGH, ("chat",)),
    )

    assert new.state is HouseholdState.REGISTERED
    assert not consents(new, at=NOW)
    assert events == [HouseholdRegistered(household_id="hsh_1", dwelling_id="dwl_1")]


def test_categories_stand_in_one_order() -> None:
    both = (Category.SEVERE_DISABILITY, Category.ELDERLY_EMPTY_NEST)
    assert _register(circumstances=Circumstances(both, RiskLevel.KEY)).categories == tuple(
        reversed(both)
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"person_ids": ()}, "/person_ids"),
        ({"person_ids": ("per_1", "per_1")}, "/person_ids"),
        ({"person_ids": tuple(f"per_{n}" for n in range(21))}, "/person_ids"),
        ({"circumstances": Circumstances((), RiskLevel.KEY)}, "/categories"),
        (
            {"circumstances": Circumstances((Category.HARDSHIP,) * 2, RiskLevel.KEY)},
            "/categories",
        ),
        (
            {
                "circumstances": Circumstances(
                    (Category.HARDSHIP,), RiskLevel.KEY, tuple(f"n{n}" for n in range(31))
                )
            },
            "/needs",
        ),
    ],
)
def test_a_list_out_of_bounds_or_with_a_repeat_is_refused(
    changes: dict[str, object], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _register(**changes)
    assert refused.value.facts["pointer"] == pointer


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(seconds=1)])
def test_a_consent_that_has_run_out_already_is_refused(until: object) -> None:
    with pytest.raises(Invalid, match=r"household\.consent_in_past"):
        household.consent(a_household(), given=a_consent(until=until), at=NOW)


def test_a_consent_is_in_force_until_its_end_and_not_at_it() -> None:
    agreed = consenting(until=LATER)
    assert consents(agreed, at=LATER - timedelta(milliseconds=1))
    assert not consents(agreed, at=LATER)


@pytest.mark.parametrize(
    ("given", "asked", "holds"),
    [
        (ConsentScope.CARE, ConsentScope.HELP, True),
        (ConsentScope.CARE, ConsentScope.VISITS, True),
        (ConsentScope.HELP, ConsentScope.HELP, True),
        (ConsentScope.HELP, ConsentScope.VISITS, False),
        (ConsentScope.VISITS, ConsentScope.HELP, False),
        (ConsentScope.VISITS, None, True),
    ],
)
def test_a_consent_covers_what_it_was_given_for(
    given: ConsentScope, asked: ConsentScope | None, holds: bool
) -> None:
    assert consents(consenting(scope=given), at=NOW, to=asked) is holds


def test_a_withdrawn_consent_is_kept_with_its_end() -> None:
    withdrawn, _ = household.withdraw_consent(consenting(), at=LATER)

    assert not consents(withdrawn, at=NOW)
    assert withdrawn.consent == a_consent(withdrawn_at=LATER)


def test_a_household_may_consent_again_after_withdrawing() -> None:
    withdrawn, _ = household.withdraw_consent(consenting(), at=NOW)
    again, _ = household.consent(withdrawn, given=a_consent(at=LATER), at=LATER)

    assert consents(again, at=LATER)


def test_a_consent_that_is_to_be_given_later_is_refused() -> None:
    with pytest.raises(Invalid, match=r"household\.consent_in_future"):
        household.consent(a_household(), given=a_consent(at=LATER), at=NOW)


def test_a_form_from_before_the_withdrawal_does_not_undo_it() -> None:
    withdrawn, _ = household.withdraw_consent(consenting(), at=LATER)

    with pytest.raises(Invalid, match=r"household\.consent_withdrawn_since"):
        household.consent(withdrawn, given=a_consent(at=NOW), at=LATER)


def test_a_consent_that_was_given_on_paper_counts_from_then() -> None:
    given = a_consent(at=NOW - timedelta(days=30), until=NOW + timedelta(days=30))

    agreed, _ = household.consent(a_household(), given=given, at=NOW)

    assert agreed.consent == given
    assert agreed.alarm_at == NOW + timedelta(days=16)
