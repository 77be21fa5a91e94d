"""Venues are booked once, by who lives here, and nobody sees by whom but they and the desk."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from services.property.domain.booking import PER_PERSON_MAX, Booking, BookingEnd, BookingState
from services.property.domain.facility import FacilityFacts, FacilityKind
from services.property.domain.venue import SpecialDay
from services.property.service.booking import SOONEST_FIRST
from services.property.service.viewer import Target
from services.property.tests.parking.booking_world import (
    DAY,
    HALL,
    HOUR,
    OFFER,
    House,
    fake_house,
    real_house,
)
from services.property.tests.parking.harness import ANNA, BERT, DESK, STAFF, STRANGERS
from shared.days import day_of
from shared.errors import Conflict, Invalid, NotFound, Stale, WrongState
from shared.events.property_booking import BookingMade
from shared.mongo import Database
from shared.store import NEWEST_FIRST
from shared.testing import heard
from shared.testing_indexes import LIMIT, copies, looked_at
from shared.testing_service import deliver


@pytest.fixture
async def house(either: Database | None) -> House:
    """The use cases; every test runs over both stores."""
    return await (await real_house(either) if either else await fake_house()).built()


@pytest.mark.mongo
async def test_of_two_hundred_bookings_of_one_hour_at_once_one_is_made(database: Database) -> None:
    house = await (await real_house(database)).built()
    replica = House(house.yard, house.stores, house.facilities, house.hall_id)
    ends = await asyncio.gather(
        *(
            (house, replica)[n % 2].booked(10 + n % 3 / 4, 11 + n % 3 / 4, who=STAFF, **whom(n))
            for n in range(200)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(end, Booking) for end in ends) == 1
    lost = [end for end in ends if isinstance(end, Conflict)]
    assert (len(lost), {end.code for end in lost}) == (199, {"booking.taken"})
    assert len(await house.stores.bookings.find({}, limit=300)) == 1


def whom(n: int) -> dict[str, str]:
    return (
        {"person_id": ANNA.id, "dwelling_id": "dwl_1"},
        {"person_id": BERT.id, "dwelling_id": "dwl_2"},
    )[n // 2 % 2]


async def test_times_that_overlap_by_a_quarter_are_taken_and_those_that_meet_are_not(
    house: House,
) -> None:
    await house.booked(10, 11)
    for since, until in ((10, 11), (10.75, 11.5), (9, 10.25), (9.5, 11.5)):
        with pytest.raises(Conflict, match=r"booking\.taken"):
            await house.booked(since, until, who=BERT, dwelling_id="dwl_2")
    await house.booked(9, 10, who=BERT, dwelling_id="dwl_2")
    await house.booked(11, 12, who=BERT, dwelling_id="dwl_2")


async def test_a_cancelled_time_is_free_for_somebody_else(house: House) -> None:
    bookings = house.venues.bookings
    first = await house.booked()
    with pytest.raises(Stale):
        await bookings.cancel(ANNA, first.id, seen=9)
    gone = await bookings.cancel(ANNA, first.id, seen=first.version)
    assert (gone.state, gone.ended_by) == (BookingState.CANCELLED, BookingEnd.PERSON)
    again = await house.booked(who=BERT, dwelling_id="dwl_2")
    await bookings.cancel(STAFF, again.id, seen=None)
    with pytest.raises(WrongState):
        await bookings.cancel(STAFF, again.id, seen=None)
    await house.booked()


async def test_one_books_for_a_home_that_the_desk_has_confirmed(house: House) -> None:
    with pytest.raises(Invalid, match=r"dwelling\.not_yours"):
        await house.booked(who=BERT)
    with pytest.raises(Invalid, match=r"dwelling\.unknown"):
        await house.booked(dwelling_id="dwl_9")
    with pytest.raises(Invalid, match=r"booking\.of_oneself"):
        await house.booked(person_id=BERT.id)
    with pytest.raises(Invalid, match=r"booking\.for_whom"):
        await house.booked(who=DESK)
    with pytest.raises(Invalid, match=r"booking\.not_their_home"):
        await house.booked(who=DESK, person_id=BERT.id)
    made = await house.booked(who=DESK, person_id=ANNA.id)
    assert made.person_id == ANNA.id


async def test_one_has_so_many_bookings_at_a_time_and_no_more(house: House) -> None:
    for number in range(PER_PERSON_MAX):
        await house.booked(10 + number, 11 + number)
    with pytest.raises(Conflict, match=r"booking\.too_many"):
        await house.booked(18, 19)
    house.yard.clock.moment = house.at(12)
    await house.booked(18, 19)


async def test_bookings_are_seen_by_who_made_them_and_the_desk_and_others_see_when(
    house: House,
) -> None:
    made = await house.booked()
    bookings = house.venues.bookings
    for look in (bookings.get, bookings.story):
        await look(ANNA, made.id)
        await look(DESK, made.id)
        with pytest.raises(NotFound):
            await look(BERT, made.id)
    with pytest.raises(NotFound):
        await bookings.cancel(BERT, made.id, seen=99)
    for where in ({}, {"person_id": ANNA.id}, {"facility_id": house.hall_id}):
        seen = await bookings.page(BERT, where, cursor=None, limit=10)
        assert seen.items == []
    own = await bookings.page(ANNA, {}, cursor=None, limit=10)
    desk = await bookings.page(DESK, {"estate_id": house.yard.estate_id}, cursor=None, limit=10)
    assert own.items == desk.items == [made]
    day = await bookings.day(BERT, house.hall_id, day_of(made.starts_at))
    assert day.open == (("09:00", "21:00"),)
    assert day.busy == ((made.starts_at, made.ends_at),)
    beside = await bookings.day(BERT, house.hall_id, day_of(made.starts_at) + DAY)
    assert beside.busy == ()


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_for_strangers_there_is_no_venue_and_no_booking(house: House, stranger: str) -> None:
    who = STRANGERS[stranger]
    made = await house.booked()
    with pytest.raises(NotFound):
        await house.venues.bookings.get(who, made.id)
    with pytest.raises(NotFound):
        await house.booked(12, 13, who=who, person_id=ANNA.id)
    with pytest.raises(NotFound):
        await house.venues.venues.set_rules(Target(who.viewer, house.hall_id), OFFER)


async def test_a_venue_out_of_service_takes_no_bookings_and_loses_those_that_are_to_come(
    house: House,
) -> None:
    over, coming = await house.booked(10, 11), await house.booked(14, 15)
    house.yard.clock.moment = house.at(12)
    await house.taken_out()
    with pytest.raises(Conflict, match=r"venue\.out_of_service"):
        await house.booked(16, 17)
    await house.settle(times=2)
    assert (await house.now(over)).state is BookingState.BOOKED
    gone = await house.now(coming)
    assert (gone.state, gone.ended_by) == (BookingState.CANCELLED, BookingEnd.VENUE)
    story = await house.stores.bookings.story(coming.id)
    assert story[-1].data == {
        "booking_id": coming.id,
        "facility_id": house.hall_id,
        "estate_id": coming.estate_id,
        "cause": "venue",
    }
    day = await house.venues.bookings.day(ANNA, house.hall_id, day_of(house.at(0)))
    assert day.open == ()


async def test_what_is_booked_once_a_venue_is_back_stays_however_late_its_outage_is_heard(
    house: House,
) -> None:
    await house.settle()
    await house.taken_out()
    house.yard.clock.move(HOUR)
    await house.desk.put_back(Target(STAFF.viewer, house.hall_id))
    later = await house.booked()
    await house.settle(times=2)
    assert (await house.now(later)).state is BookingState.BOOKED


async def test_who_booked_while_the_venue_was_being_taken_out_is_told_so_too(house: House) -> None:
    await house.settle()
    await house.taken_out()
    await house.settle()
    slipped = replace(await _unsaved(house), booked_at=house.yard.now + HOUR)
    made = BookingMade(
        booking_id=slipped.id, facility_id=slipped.facility_id, estate_id=slipped.estate_id
    )
    slipped = await house.stores.bookings.save(slipped, [made])
    await house.settle(times=2)
    assert (await house.now(slipped)).ended_by is BookingEnd.VENUE


async def _unsaved(house: House) -> Booking:
    """One that was looked at before the outage and is written after it."""
    day = house.at(10), house.at(11)
    facts: dict[str, Any] = {"state": BookingState.BOOKED, "quarters": (day[0],)}
    return Booking(
        id="bkg_slipped",
        community=STAFF.viewer.communities[0],
        version=0,
        estate_id=house.yard.estate_id,
        facility_id=house.hall_id,
        dwelling_id="dwl_1",
        person_id=ANNA.id,
        booked_at=house.yard.now,
        starts_at=day[0],
        ends_at=day[1],
        **facts,
    )


async def test_a_hall_that_is_no_venue_any_more_or_gone_loses_its_bookings(house: House) -> None:
    first = await house.booked()
    store = FacilityFacts(FacilityKind.OTHER, HALL.code, "Store room")
    await house.desk.change(Target(STAFF.viewer, house.hall_id), store)
    await house.settle()
    assert (await house.now(first)).ended_by is BookingEnd.VENUE
    with pytest.raises(NotFound, match=r"venue\.none"):
        await house.booked()
    await house.desk.change(Target(STAFF.viewer, house.hall_id), HALL)
    second = await house.booked()
    await house.desk.retire(Target(STAFF.viewer, house.hall_id), reason="Sold")
    await house.settle()
    assert (await house.now(second)).ended_by is BookingEnd.VENUE
    with pytest.raises(Conflict, match=r"venue\.retired"):
        await house.venues.venues.set_rules(Target(STAFF.viewer, house.hall_id), OFFER)


async def test_who_moves_out_comes_no_more(house: House) -> None:
    made, other = await house.booked(), await house.booked(12, 13, BERT, dwelling_id="dwl_2")
    home = await house.yard.stores.occupancies.find({"person_id": ANNA.id})
    await house.yard.parking.occupancies.end(ANNA, home[0].id, seen=None)
    await house.settle(times=2)
    assert (await house.now(made)).ended_by is BookingEnd.MOVED_OUT
    assert (await house.now(other)).state is BookingState.BOOKED


async def test_who_came_is_recorded_once_and_what_a_no_show_leaves_is_free(house: House) -> None:
    came, missed = await house.booked(10, 11), await house.booked(12, 13)
    bookings = house.venues.bookings
    with pytest.raises(Conflict, match=r"booking\.not_begun"):
        await bookings.use(DESK, came.id, seen=came.version)
    house.yard.clock.moment = house.at(12.25)
    assert (await bookings.use(DESK, came.id, seen=came.version)).state is BookingState.USED
    with pytest.raises(WrongState):
        await bookings.miss(DESK, came.id, seen=None)
    with pytest.raises(Conflict, match=r"booking\.begun"):
        await bookings.cancel(ANNA, missed.id, seen=None)
    assert (await bookings.miss(DESK, missed.id, seen=None)).state is BookingState.NO_SHOW
    await house.booked(12.25, 13, BERT, dwelling_id="dwl_2")


async def test_nothing_can_be_booked_until_the_desk_says_when(either: Database | None) -> None:
    house = await (await real_house(either) if either else await fake_house()).built(None)
    venues = house.venues.venues
    assert (await venues.get(ANNA.viewer, house.hall_id)).rules.version == 0
    assert await venues.story(ANNA.viewer, house.hall_id) == []
    with pytest.raises(Invalid):
        await house.booked()
    rules = await venues.set_rules(Target(STAFF.viewer, house.hall_id), OFFER)
    made = await house.booked()
    with pytest.raises(Stale):
        await venues.set_rules(Target(STAFF.viewer, house.hall_id, 9), OFFER)
    closed = replace(OFFER, special_days=(SpecialDay(day_of(made.starts_at)),))
    await venues.set_rules(Target(STAFF.viewer, house.hall_id, rules.version), closed)
    with pytest.raises(Invalid, match=r"booking\.closed"):
        await house.booked(12, 13)
    assert (await house.now(made)).state is BookingState.BOOKED
    assert len(await venues.story(ANNA.viewer, house.hall_id)) == 2


async def test_a_booking_heard_of_again_in_a_venue_that_is_open_stays(house: House) -> None:
    made = await house.booked()
    event = BookingMade(booking_id=made.id, facility_id=made.facility_id, estate_id=made.estate_id)
    for _ in range(2):
        await deliver(house.hearings, heard(event, made.id, community=made.community))
    assert await house.now(made) == made


@pytest.mark.mongo
async def test_lists_and_days_are_found_by_an_index(database: Database) -> None:
    house = await (await real_house(database)).built()
    made = await house.booked()
    rows = await copies(
        database,
        "bookings",
        quarters=lambda n: [made.starts_at + n * DAY],
        ends_at=lambda n: made.ends_at + n * DAY,
        facility_id=lambda n: f"fac_{n % 10}",
        person_id=lambda n: f"per_{n % 10}",
    )
    for field, value in (("facility_id", "fac_3"), ("person_id", "per_3")):
        assert await looked_at(rows, {field: value}, NEWEST_FIRST) <= LIMIT
    since = {"$gt": made.ends_at + 1_000 * DAY}
    held = {"facility_id": "fac_3", "holds": True, "ends_at": since}
    assert await looked_at(rows, held, SOONEST_FIRST) <= LIMIT
    live = {"person_id": "per_3", "state": "booked", "ends_at": since}
    assert await looked_at(rows, live, SOONEST_FIRST) <= LIMIT
