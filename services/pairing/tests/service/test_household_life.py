"""A household from its consent to its end: what rests on it follows, told twice or late."""

from datetime import timedelta

import pytest

from services.pairing.domain.care_task import CareTaskState
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.household import (
    ConsentMethod,
    ConsentScope,
    Household,
    HouseholdState,
    LeftReason,
    consents,
)
from services.pairing.domain.pairing import EndReason, Pairing, PairingState
from services.pairing.service.household import ConsentGiven
from services.pairing.tests.harness import HERE, Harness, assigned
from services.pairing.tests.samples import CIRCUMSTANCES
from shared.errors import Conflict, Invalid, WrongState
from shared.events import Event
from shared.events.pairing_register import (
    HouseholdConsentExpired,
    HouseholdConsentExpiring,
    HouseholdLeft,
    PersonErased,
)
from shared.mongo import Database
from shared.testing_erasure import all_told

ASKED = ErasureReason.ASKED_FOR
DAY = timedelta(days=1)


async def _consenting_until(harness: Harness, after: timedelta) -> Household:
    home = await harness.household(consent=False)
    until = harness.clock.now() + after
    given = ConsentGiven("per_elder", ConsentMethod.WRITTEN, ConsentScope.CARE, until)
    return await harness.households.consent(home.id, given, communities=HERE)


async def _paired_and_asked(harness: Harness, home: Household) -> Pairing:
    """An active pairing of the household, with help on offer."""
    pairing = await harness.paired([await harness.member()], home)
    await harness.hear(assigned())
    assert (await harness.task_of()).state is CareTaskState.OFFERED
    return pairing


async def _told(harness: Harness, home: Household, kind: type[Event]) -> int:
    story = await harness.backing.households.story(home.id)
    return [each.type for each in story].count(kind.type)


async def _stopped(harness: Harness, pairing: Pairing, reason: EndReason) -> None:
    ended = await harness.backing.pairings.get(pairing.id)
    assert (ended.state, ended.end_reason) == (PairingState.ENDED, reason)
    task = await harness.task_of()
    assert (task.state, task.unplaced_reason) == (CareTaskState.UNPLACED, "no_consent")


async def test_a_consent_that_runs_out_is_reminded_of_and_then_stops_all(
    harness: Harness,
) -> None:
    home = await _consenting_until(harness, 30 * DAY)
    pairing = await _paired_and_asked(harness, home)
    assert await harness.consents.ring() == 0

    harness.clock.move(17 * DAY)
    assert [await harness.consents.ring() for _ in "12"] == [1, 0]
    assert await _told(harness, home, HouseholdConsentExpiring) == 1
    assert (await harness.backing.pairings.get(pairing.id)).state is PairingState.ACTIVE

    harness.clock.move(14 * DAY)
    assert [await harness.consents.ring() for _ in "12"] == [1, 0]
    for _ in "12":
        await harness.hear_told(harness.backing.households, home.id, HouseholdConsentExpired)
    assert (await harness.backing.households.get(home.id)).state is HouseholdState.EXPIRED
    assert await _told(harness, home, HouseholdConsentExpired) == 1
    await _stopped(harness, pairing, EndReason.CONSENT_EXPIRED)


async def test_an_end_that_comes_while_the_service_is_down_is_told_late_and_once(
    harness: Harness,
) -> None:
    home = await _consenting_until(harness, 30 * DAY)
    harness.clock.move(60 * DAY)

    assert [await harness.consents.ring() for _ in "12"] == [1, 0]

    assert await _told(harness, home, HouseholdConsentExpiring) == 0
    assert await _told(harness, home, HouseholdConsentExpired) == 1


async def test_an_end_heard_after_a_new_consent_stops_nothing(harness: Harness) -> None:
    home = await _consenting_until(harness, 30 * DAY)
    pairing = await _paired_and_asked(harness, home)
    harness.clock.move(31 * DAY)
    await harness.consents.ring()
    await harness.consent(home)

    await harness.hear_told(harness.backing.households, home.id, HouseholdConsentExpired)

    assert (await harness.backing.pairings.get(pairing.id)).state is PairingState.ACTIVE
    assert (await harness.task_of()).state is CareTaskState.OFFERED


async def test_whose_consent_runs_out_soon_stands_in_a_list(harness: Harness) -> None:
    soon = await _consenting_until(harness, 30 * DAY)
    await harness.household("dwl_2")
    harness.clock.move(20 * DAY)
    await harness.consents.ring()

    async def expiring() -> list[str]:
        page = await harness.households.page(
            communities=HERE, state=None, expiring=True, cursor=None, limit=10
        )
        return [each.id for each in page.items]

    assert await expiring() == [soon.id]
    await harness.consent(soon)
    assert await expiring() == []


@pytest.mark.parametrize(
    ("reason", "ends"),
    [(LeftReason.MOVED, EndReason.MOVED), (LeftReason.DIED, EndReason.DIED)],
)
async def test_a_household_that_leaves_takes_all_with_it_and_frees_its_dwelling(
    harness: Harness, reason: LeftReason, ends: EndReason
) -> None:
    home = await harness.household()
    pairing = await _paired_and_asked(harness, home)

    gone = await harness.households.leave(home.id, reason=reason, communities=HERE)
    for _ in "12":
        await harness.hear_told(harness.backing.households, home.id, HouseholdLeft)

    assert (gone.state, gone.left_at) == (HouseholdState.LEFT, harness.clock.now())
    await _stopped(harness, pairing, ends)
    with pytest.raises(WrongState):
        await harness.consent(home)
    others = await harness.household()
    assert others.id != home.id
    await harness.hear(assigned("req_2"))
    assert (await harness.task_of("req_2")).household_id == others.id


async def test_a_change_says_that_it_was_and_not_what(harness: Harness) -> None:
    home = await harness.household()

    same = await harness.households.change(
        home.id, {"needs": CIRCUMSTANCES.needs}, communities=HERE, seen=2
    )
    changed = await harness.households.change(
        home.id, {"needs": ("cleaning",), "languages": ("yue",)}, communities=HERE, seen=2
    )

    assert same == home
    assert (changed.needs, changed.languages, changed.version) == (("cleaning",), ("yue",), 3)
    assert changed.categories == home.categories
    assert consents(changed, at=harness.clock.now())
    story = await harness.households.story(home.id, communities=HERE)
    assert story[-1].data == {"household_id": home.id}


async def test_a_consent_is_not_given_later_nor_before_it_was_taken_back(
    harness: Harness,
) -> None:
    home = await harness.household()
    now = harness.clock.now()
    await harness.households.withdraw_consent(home.id, communities=HERE)

    for at, code in ((now + DAY, "in_future"), (now - DAY, "withdrawn_since")):
        given = ConsentGiven("per_elder", ConsentMethod.ORAL, ConsentScope.CARE, at=at)
        with pytest.raises(Invalid, match=code):
            await harness.households.consent(home.id, given, communities=HERE)
    assert not consents(await harness.backing.households.get(home.id), at=now)


async def test_a_household_that_left_loses_whose_it_was_and_keeps_what_is_counted(
    harness: Harness, either: Database | None
) -> None:
    home = await harness.household()
    with pytest.raises(WrongState, match=r"household\.not_left"):
        await harness.forgetting.anonymise(home.id, reason=ASKED, communities=HERE)
    await harness.households.leave(home.id, reason=LeftReason.MOVED, communities=HERE)
    await all_told(either)

    for _ in "12":
        kept = await harness.forgetting.anonymise(home.id, reason=ASKED, communities=HERE)

    assert (kept.version, kept.anonymised_at) == (4, harness.clock.now())
    assert (kept.categories, kept.risk_level) == (home.categories, home.risk_level)
    story = await harness.households.story(home.id, communities=HERE)
    assert [each.type.split(".")[2] for each in story] == [
        "registered",
        "consented",
        "left",
        "anonymised",
    ]
    whole = repr(kept) + " ".join(str(each) for each in story)
    assert not [each for each in ("per_of_dwl_1", "dwl_1") if each in whole]
    assert await harness.forgetting.finish() == 0


async def test_a_person_who_is_erased_is_called_otherwise_in_households_that_left(
    harness: Harness, either: Database | None
) -> None:
    somebody = await harness.resident()
    home = await harness.households.register(
        communities=HERE,
        dwelling_id="dwl_1",
        person_ids=(somebody.id, "per_other"),
        circumstances=CIRCUMSTANCES,
    )
    await harness.households.leave(home.id, reason=LeftReason.MOVED, communities=HERE)
    await all_told(either)
    await harness.residents.erase(somebody.id, reason=ASKED, communities=HERE)

    for _ in "12":
        await harness.hear_told(harness.backing.people, somebody.id, PersonErased)
        await all_told(either)

    kept = await harness.backing.households.get(home.id)
    assert kept.person_ids == (f"anon_{home.id}_1", "per_other")
    assert (kept.dwelling_id, kept.version) == ("dwl_1", 3)


@pytest.mark.mongo
async def test_a_dwelling_has_one_household_that_lives_there(real: Harness) -> None:
    first = await real.household()
    with pytest.raises(Conflict, match=r"household\.exists"):
        await real.household()
    await real.households.leave(first.id, reason=LeftReason.MOVED, communities=HERE)
    await real.household()
    with pytest.raises(Conflict, match=r"household\.exists"):
        await real.household()
