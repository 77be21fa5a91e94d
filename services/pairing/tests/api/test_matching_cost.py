"""What a pair costs, and why."""

from dataclasses import replace

import pytest

from services.pairing.api.matching_words import in_words
from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.household import RiskLevel
from services.pairing.domain.matching_cost import (
    HELPERS_MAY_SEE,
    Able,
    Helper,
    Reason,
    Seeker,
    Wish,
    for_helpers,
    price,
)
from services.pairing.domain.matching_rules import RULES
from services.pairing.domain.whereabouts import Place
from shared.texts import LANGS

HOME = Place("est_1", "bld_1", "ent_1", 39.9150, 116.4700)
MORNING, NOON = TimeSlot(1, "09:00", "11:00"), TimeSlot(1, "10:45", "13:00")
HELPER = Helper("mem_1", "per_1", 3, HOME)
SEEKER = Seeker("hsh_1", RiskLevel.HIGH, 1, HOME)


def north(metres: int) -> Place:
    """A home so far to the north, in another building."""
    return replace(HOME, building_id="bld_2", entrance_id="ent_2", lat=39.9150 + metres / 111_195)


@pytest.mark.parametrize(
    ("place", "points", "reason"),
    [
        (HOME, 1, Reason.SAME_ENTRANCE),
        (replace(HOME, entrance_id="ent_9"), 2, Reason.SAME_BUILDING),
        (north(0), 3, Reason.WALK),
        (north(120), 15, Reason.WALK),
        (Place("est_1", "bld_2", "ent_2"), 40, Reason.SAME_ESTATE),
        (None, 150, Reason.PLACE_UNKNOWN),
    ],
)
def test_the_nearer_the_cheaper(place: Place | None, points: int, reason: Reason) -> None:
    found = price(replace(HELPER, place=place), SEEKER, RULES)

    assert found is not None
    assert (found.points, found.reasons) == (points, (reason,))


def test_nobody_is_asked_to_walk_out_of_reach() -> None:
    assert price(replace(HELPER, place=north(RULES.reach_metres)), SEEKER, RULES) is not None
    assert price(replace(HELPER, place=north(RULES.reach_metres + 1)), SEEKER, RULES) is None


@pytest.mark.parametrize(
    ("able", "wish", "points", "reasons"),
    [
        (Able(), Wish(needs=frozenset({"chat", "cleaning"})), 0, ()),
        (Able(), Wish(needs=frozenset({"chat", "lifting", "nursing"})), 60, ("skills_unmet",)),
        (Able(frozenset({"lifting"})), Wish(frozenset({"lifting"})), 0, ("skills_met",)),
        (Able(), Wish(languages=frozenset({"yue"})), 80, ("language_differs",)),
        (
            Able(languages=frozenset({"yue", "cmn"})),
            Wish(languages=frozenset({"yue"})),
            0,
            ("language_shared",),
        ),
        (Able(times=(NOON,)), Wish(times=(MORNING,)), 60, ("times_differ",)),
        (Able(times=(MORNING,)), Wish(times=(MORNING,)), 0, ("times_suit",)),
        (Able(), Wish(times=(MORNING,)), 0, ()),
    ],
)
def test_what_does_not_suit_costs(
    able: Able, wish: Wish, points: int, reasons: tuple[str, ...]
) -> None:
    found = price(replace(HELPER, able=able), replace(SEEKER, wish=wish), RULES)

    assert found is not None
    assert found.points == points + RULES.same_entrance_points
    assert found.reasons == (Reason.SAME_ENTRANCE, *reasons)


def test_who_was_refused_comes_last() -> None:
    before, after = (price(HELPER, SEEKER, RULES, refused=refused) for refused in (False, True))

    assert before is not None
    assert after is not None
    assert after.points == before.points + RULES.refused_points
    assert after.reasons[-1] is Reason.REFUSED_BEFORE


def test_a_helper_is_told_nothing_of_what_a_household_needs_or_whom_it_refused() -> None:
    assert for_helpers(Reason) == tuple(each for each in Reason if each in HELPERS_MAY_SEE)
    told = " ".join(for_helpers(Reason))
    assert not [word for word in ("skill", "refused", "unmet", "differ") if word in told.lower()]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_that_name_no_condition(reason: Reason) -> None:
    for lang in LANGS:
        (told,) = in_words([reason], 120, lang)
        assert told != f"matching.reason.{reason}"
        assert ("120" in told) == (reason is Reason.WALK)
        forbidden = (
            "高龄",
            "空巢",
            "残",
            "困难",
            "风险",
            "病",
            "elderly",
            "disab",
            "hardship",
            "risk",
        )
        assert not [word for word in forbidden if word in told.lower()]
