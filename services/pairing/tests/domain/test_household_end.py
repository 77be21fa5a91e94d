"""How a household leaves the register, and loses whose it was."""

from dataclasses import replace

import pytest

from services.pairing.domain import household, household_end
from services.pairing.domain.emergency_contact import Relation, emergency_contact
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.household import (
    Circumstances,
    Household,
    HouseholdAction,
    HouseholdState,
    LeftReason,
)
from services.pairing.domain.pairing import EndReason
from services.pairing.tests.samples import (
    CIRCUMSTANCES,
    HOUSEHOLD_ACT,
    NOW,
    a_consent,
    consenting,
    household_in,
)
from shared.errors import Invalid, WrongState

ASKED = ErasureReason.ASKED_FOR


def _full() -> Household:
    """A household of which all is known, consenting for the second time."""
    told = replace(
        CIRCUMSTANCES,
        languages=("cmn",),
        emergency_contact=emergency_contact("示例丁", "138 0000 0000", Relation.CHILD),
    )
    people = ("per_a", "per_b")
    home, _ = household.change(consenting(), person_ids=people, circumstances=told, at=NOW)
    return household.consent(home, given=a_consent(by="per_guardian"), at=NOW)[0]


def _anonymous(home: Household) -> Household:
    gone, _ = household_end.leave(home, reason=LeftReason.DIED, at=NOW)
    names = household_end.names_of(gone)
    return household_end.anonymise(gone, names=names, reason=ASKED, at=NOW)[0]


def test_what_is_counted_stays_and_who_it_was_goes() -> None:
    anonymous = _anonymous(_full())

    assert anonymous.categories == CIRCUMSTANCES.categories
    assert (anonymous.risk_level, anonymous.left_reason) == ("high", LeftReason.DIED)
    assert anonymous.person_ids == ("anon_hsh_1_1", "anon_hsh_1_2")
    assert anonymous.dwelling_id == "anon_hsh_1"
    assert (anonymous.needs, anonymous.languages, anonymous.emergency_contact) == ((), (), None)
    assert [each.by for each in anonymous.former_consents] == ["anon_hsh_1_3"]
    assert anonymous.consent is not None
    assert (anonymous.consent.by, anonymous.consent.at) == ("anon_hsh_1_4", NOW)
    whole = repr(anonymous)
    assert not [each for each in ("per_", "dwl_", "示例", "138", "chat") if each in whole]


@pytest.mark.parametrize("state", [each for each in HouseholdState if each != "left"])
def test_a_household_on_the_register_is_not_made_anonymous(state: HouseholdState) -> None:
    home = household_in(state)

    with pytest.raises(WrongState, match=r"household\.not_left"):
        household_end.anonymise(home, names=household_end.names_of(home), reason=ASKED, at=NOW)


def test_of_one_person_who_is_erased_the_others_keep_their_ids() -> None:
    gone, _ = household_end.leave(_full(), reason=LeftReason.MOVED, at=NOW)

    names = {"per_b": household_end.names_of(gone)["per_b"]}
    renamed = household_end.renamed(gone, names)

    assert renamed.person_ids == ("per_a", "anon_hsh_1_2")
    assert household_end.names_of(renamed)["anon_hsh_1_2"] == "anon_hsh_1_2"


@pytest.mark.parametrize(
    ("actions", "left_reason", "expected"),
    [
        ("cw", None, EndReason.CONSENT_WITHDRAWN),
        ("ce", None, EndReason.CONSENT_EXPIRED),
        ("c", None, EndReason.CONSENT_EXPIRED),
        ("c", LeftReason.MOVED, EndReason.MOVED),
        ("c", LeftReason.DIED, EndReason.DIED),
        ("c", LeftReason.ON_REQUEST, EndReason.ON_REQUEST),
        ("cw", LeftReason.ENTERED_BY_MISTAKE, EndReason.ON_REQUEST),
    ],
)
def test_a_pairing_ends_for_the_reason_for_which_the_household_stops(
    actions: str, left_reason: LeftReason | None, expected: EndReason
) -> None:
    letters = {
        "c": HouseholdAction.CONSENT,
        "w": HouseholdAction.WITHDRAW,
        "e": HouseholdAction.EXPIRE,
    }
    home = household_in(HouseholdState.REGISTERED)
    for letter in actions:
        home, _ = HOUSEHOLD_ACT[letters[letter]](home)
    if left_reason is not None:
        home, _ = household_end.leave(home, reason=left_reason, at=NOW)

    assert household_end.end_reason(home) is expected


def test_an_emergency_number_that_can_be_none_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        emergency_contact("示例丁", "无", Relation.OTHER)
    assert refused.value.facts["pointer"] == "/emergency_contact/phone"


def test_circumstances_that_are_so_already_are_no_change() -> None:
    home = consenting()
    same = Circumstances(home.categories, home.risk_level, home.needs)

    changed = household.change(home, person_ids=home.person_ids, circumstances=same, at=NOW)
    assert changed == (home, [])
