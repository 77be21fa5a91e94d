"""Modes, capacities, consent and release of pairings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import pairing, pairing_pause, pairing_proposal, pairing_release
from services.pairing.domain.household import Household, HouseholdState
from services.pairing.domain.member import Member
from services.pairing.domain.pairing import EndReason, Pairing, PairingMode, PairingState, is_live
from services.pairing.tests.samples import (
    NOW,
    a_household,
    a_member,
    consenting,
    household_in,
    pairing_in,
    proposed,
)
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.pairing import (
    PairingDeclined,
    PairingEnded,
    PairingHouseholdReleased,
    PairingProposed,
)

FITS: Mapping[PairingMode, Callable[[int, int], bool]] = {
    PairingMode.ONE_ONE: lambda helpers, households: (helpers, households) == (1, 1),
    PairingMode.MANY_ONE: lambda helpers, households: helpers >= 2 and households == 1,
    PairingMode.ONE_MANY: lambda helpers, households: helpers == 1 and households >= 2,
}


def _propose(
    mode: PairingMode,
    helpers: Sequence[Member],
    households: Sequence[Household],
    standing: Sequence[Pairing] = (),
) -> tuple[Pairing, list[Event]]:
    return pairing_proposal.propose(
        id="prg_9",
        community="hongmiao",
        mode=mode,
        helpers=helpers,
        households=households,
        standing=standing,
    )


@given(mode=st.sampled_from(PairingMode), helpers=st.integers(0, 4), households=st.integers(0, 4))
def test_a_mode_fits_its_sides_or_is_refused(
    mode: PairingMode, helpers: int, households: int
) -> None:
    sides = (
        [a_member(number, households_max=9) for number in range(helpers)],
        [a_household(number) for number in range(households)],
    )
    if not FITS[mode](helpers, households):
        with pytest.raises(Invalid, match=r"pairing\.mode_mismatch"):
            _propose(mode, *sides)
        return
    new, events = _propose(mode, *sides)
    assert new.state is PairingState.PROPOSED
    assert events == [
        PairingProposed(
            pairing_id="prg_9",
            mode=mode.value,
            helper_ids=tuple(f"mem_{n}" for n in range(helpers)),
            household_ids=tuple(f"hsh_{n}" for n in range(households)),
        )
    ]


def test_nobody_is_named_twice() -> None:
    with pytest.raises(Invalid, match=r"pairing\.side_repeats"):
        _propose(PairingMode.MANY_ONE, [a_member()] * 2, [a_household()])
    with pytest.raises(Invalid, match=r"pairing\.side_repeats"):
        _propose(PairingMode.ONE_MANY, [a_member()], [a_household()] * 2)


def test_a_side_has_an_end() -> None:
    with pytest.raises(Invalid, match=r"pairing\.side_too_long"):
        _propose(PairingMode.ONE_MANY, [a_member()], [a_household(number) for number in range(51)])


def test_nobody_is_paired_with_their_own_household() -> None:
    own = a_household(person_ids=("per_elder", "per_member1"))
    with pytest.raises(Invalid, match=r"pairing\.with_oneself"):
        _propose(PairingMode.ONE_ONE, [a_member(1)], [own])


def test_a_helper_carries_no_more_than_they_can() -> None:
    carried = pairing_in(PairingState.ACTIVE)
    helper = a_member(households_max=3)

    _propose(PairingMode.ONE_ONE, [helper], [a_household(3)], [carried])
    with pytest.raises(Conflict, match=r"member\.full") as refused:
        _propose(PairingMode.ONE_MANY, [helper], [a_household(3), a_household(4)], [carried])
    assert refused.value.facts["carried"] == 2


@pytest.mark.parametrize("state", PairingState)
def test_what_is_over_weighs_nothing(state: PairingState) -> None:
    standing = [pairing_in(state)]
    if is_live(standing[0]):
        with pytest.raises(Conflict, match=r"pairing\.exists"):
            _propose(PairingMode.ONE_ONE, [a_member()], [a_household(1)], standing)
    else:
        _propose(PairingMode.ONE_ONE, [a_member()], [a_household(1)], standing)


def test_what_others_carry_weighs_nothing() -> None:
    others = replace(pairing_in(PairingState.ACTIVE), helper_ids=("mem_7",))
    new, _ = _propose(
        PairingMode.ONE_ONE, [a_member(1, households_max=1)], [a_household()], [others]
    )
    assert new.helper_ids == ("mem_1",)


@pytest.mark.parametrize("act", [pairing.activate, pairing_pause.resume])
@pytest.mark.parametrize(
    "without",
    [
        household_in(HouseholdState.REGISTERED),
        household_in(HouseholdState.WITHDRAWN),
        consenting(until=NOW + timedelta(hours=1)),
    ],
    ids=["never", "withdrawn", "run out"],
)
def test_no_pairing_runs_without_every_households_consent_in_force(
    act: object, without: Household
) -> None:
    before = {pairing.activate: PairingState.CONSENTED, pairing_pause.resume: PairingState.PAUSED}
    paired = pairing_in(before[act])  # type: ignore[index]
    moment = NOW + timedelta(hours=1)

    with pytest.raises(Conflict, match=r"pairing\.no_consent") as refused:
        act(paired, households=[consenting(2), without], at=moment)  # type: ignore[operator]
    assert set(refused.value.facts) == {"household_id"}


def test_a_released_household_leaves_the_others_in_the_mode_that_fits() -> None:
    three = proposed(PairingMode.ONE_MANY, households=[a_household(n) for n in (1, 2, 3)])
    active = pairing_in(PairingState.ACTIVE, three)

    two, events = pairing_release.release(active, household_id="hsh_2", reason=EndReason.MOVED)
    assert two.state is PairingState.ACTIVE
    assert (two.mode, two.household_ids) == (PairingMode.ONE_MANY, ("hsh_1", "hsh_3"))
    assert events == [
        PairingHouseholdReleased(
            pairing_id="prg_1", household_id="hsh_2", mode="one_many", reason="moved"
        )
    ]
    one, _ = pairing_release.release(two, household_id="hsh_1", reason=EndReason.MOVED)
    assert (one.mode, one.household_ids) == (PairingMode.ONE_ONE, ("hsh_3",))


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (PairingState.PROPOSED, PairingState.DECLINED),
        (PairingState.CONSENTED, PairingState.DECLINED),
        (PairingState.ACTIVE, PairingState.ENDED),
        (PairingState.PAUSED, PairingState.ENDED),
    ],
)
def test_the_last_household_takes_the_pairing_with_it(
    state: PairingState, after: PairingState
) -> None:
    paired = pairing_in(state, proposed())

    gone, events = pairing_release.release(
        paired, household_id="hsh_1", reason=EndReason.CONSENT_WITHDRAWN
    )

    assert gone.state is after
    assert gone.household_ids == ("hsh_1",)
    assert events == [
        PairingEnded(pairing_id="prg_1", reason="consent_withdrawn")
        if after is PairingState.ENDED
        else PairingDeclined(pairing_id="prg_1", household_id="hsh_1")
    ]


def test_a_household_of_no_part_cannot_be_released() -> None:
    with pytest.raises(Invalid, match=r"pairing\.other_household"):
        pairing_release.release(
            pairing_in(PairingState.ACTIVE), household_id="hsh_9", reason=EndReason.MOVED
        )


def test_an_end_keeps_its_reason() -> None:
    ended, events = pairing.end(pairing_in(PairingState.PAUSED), reason=EndReason.DIED)
    assert ended.end_reason is EndReason.DIED
    assert events == [PairingEnded(pairing_id="prg_1", reason="died")]
