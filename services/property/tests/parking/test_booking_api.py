"""Venues and bookings over HTTP: who may, in what words, and what is answered to what is wrong."""

from dataclasses import dataclass
from typing import Any

import pytest

from services.property.api.forms import PREFIX
from services.property.api.venue_routes import routers
from services.property.store.venue_records import VenueAnswers, VenueRecords
from services.property.tests.parking.booking_world import House, fake_house, real_house
from services.property.tests.samples import COMPANY
from shared.auth import Caller
from shared.days import day_of
from shared.mongo import Database
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, never_answered, person, web_client

ANNA, BERT = person("resident", id="per_anna"), person("resident", id="per_bert")
STAFF, COMMITTEE = person("staff"), person("committee")
DESK = person("contractor", company=COMPANY)
RULES: dict[str, Any] = {
    "opening_hours": [
        {"weekday": day, "open_from": "09:00", "open_until": "21:00"} for day in range(1, 8)
    ]
}


@dataclass
class Door:
    """Calls the routes over a house."""

    house: House
    client: WebClient

    async def call(
        self, method: str, path: str, who: Caller | None, json: Any = None, **headers: str
    ) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.call(method, f"{PREFIX}{path}", who, json=json, headers=sent)

    def body(self, **told: Any) -> dict[str, Any]:
        """The hall tomorrow at ten, for the first home."""
        draft = self.house.draft()
        return {
            "facility_id": draft.facility_id,
            "dwelling_id": draft.dwelling_id,
            "starts_at": draft.starts_at.isoformat(),
            "ends_at": draft.ends_at.isoformat(),
            **told,
        }

    @property
    def hall(self) -> str:
        return f"/facilities/{self.house.hall_id}"


@pytest.fixture
async def door() -> Door:
    """Over the fakes."""
    house = await (await fake_house()).built()
    answered = VenueAnswers(rules=never_answered, bookings=never_answered)
    return Door(house, web_client(MadeOnce(routers, house.venues, answered)))


async def test_the_loser_hears_that_the_time_is_taken_and_not_by_whom(door: Door) -> None:
    made = await door.call("POST", "/bookings", ANNA, door.body())
    assert (made.status, made.json()["person_id"]) == (201, "per_anna")
    lost = await door.call("POST", "/bookings", BERT, door.body(dwelling_id="dwl_2"))
    assert (lost.status, lost.json()["code"]) == (409, "booking.taken")
    assert "per_anna" not in lost.body.decode()
    day = day_of(door.house.at(10)).isoformat()
    free = await door.call("GET", f"{door.hall}/availability?day={day}", BERT)
    assert [list(each) for each in free.json()["busy"]] == [["starts_at", "ends_at"]]
    assert "per_anna" not in free.body.decode()


async def test_a_resident_s_list_is_their_own_and_comes_as_a_table_too(door: Door) -> None:
    made = (await door.call("POST", "/bookings", ANNA, door.body())).json()
    assert (await door.call("GET", "/bookings", BERT)).json()["items"] == []
    table = await door.call("GET", "/bookings", ANNA, accept="text/csv")
    assert (table.status, made["id"] in table.body.decode()) == (200, True)
    assert (await door.call("GET", f"/bookings/{made['id']}", BERT)).status == 404
    estate = door.house.yard.estate_id
    listed = await door.call("GET", f"/bookings?estate_id={estate}&state=booked", DESK)
    assert [each["id"] for each in listed.json()["items"]] == [made["id"]]
    assert (await door.call("GET", "/bookings", COMMITTEE)).status == 403


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"starts_at": "2026-11-25T10:00:00"}, "#/starts_at"),
        ({"starts_at": "9999-12-31T23:00:00Z"}, "#/ends_at"),
        ({"ends_at": "0001-01-01T00:00:00Z"}, "#/ends_at"),
        (
            {"starts_at": "9999-12-31T20:00:00Z", "ends_at": "9999-12-31T21:00:00Z"},
            "#/starts_at",
        ),
        ({"dwelling_id": "dwl_9"}, "#/dwelling_id"),
        ({"dwelling_id": "dwl_2"}, "#/dwelling_id"),
        ({"person_id": "per_bert"}, "#/person_id"),
        ({"extra": 1}, "#/extra"),
    ],
)
async def test_what_is_wrong_with_a_booking_is_shown_at_its_place(
    door: Door, told: dict[str, Any], pointer: str
) -> None:
    reply = await door.call("POST", "/bookings", ANNA, door.body(**told))
    assert (reply.status, reply.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_venue_that_is_none_and_days_that_cannot_be_asked_for(door: Door) -> None:
    reply = await door.call("POST", "/bookings", ANNA, door.body(facility_id="fac_none"))
    assert reply.status == 404
    for day in ("9999-12-31", "0001-01-01", "2026-13-01", "1"):
        assert (await door.call("GET", f"{door.hall}/availability?day={day}", ANNA)).status == 422


async def test_the_desk_says_when_a_venue_is_open_on_the_version_that_it_saw(door: Door) -> None:
    assert (await door.call("PUT", f"{door.hall}/booking-rules", ANNA, RULES)).status == 403
    shown = await door.call("GET", f"{door.hall}/booking-rules", ANNA)
    assert len(shown.json()["opening_hours"]) == 7
    stale = await door.call("PUT", f"{door.hall}/booking-rules", STAFF, RULES, if_match='"9"')
    assert stale.status == 412
    holiday = {**RULES, "special_days": [{"day": "2026-12-25"}], "ahead_days": 7}
    done = await door.call("PUT", f"{door.hall}/booking-rules", STAFF, holiday, if_match='"1"')
    assert (done.status, done.json()["version"], done.json()["special_days"][0]["day"]) == (
        200,
        2,
        "2026-12-25",
    )
    story = await door.call("GET", f"{door.hall}/booking-rules/story", ANNA)
    assert len(story.json()["items"]) == 2


async def test_the_desk_records_who_came_and_nobody_else_does(door: Door) -> None:
    made = (await door.call("POST", "/bookings", DESK, door.body(person_id="per_anna"))).json()
    path = f"/bookings/{made['id']}"
    assert (await door.call("POST", f"{path}/arrival", ANNA)).status == 403
    early = await door.call("POST", f"{path}/arrival", DESK)
    assert (early.status, early.json()["code"]) == (409, "booking.not_begun")
    door.house.yard.clock.moment = door.house.at(10)
    assert (await door.call("POST", f"{path}/cancellation", ANNA)).status == 409
    assert (await door.call("POST", f"{path}/no-show", DESK)).json()["state"] == "no_show"
    assert (await door.call("POST", f"{path}/arrival", DESK)).status == 409
    assert (await door.call("GET", f"{path}/story", ANNA)).status == 200


@pytest.mark.mongo
async def test_a_booking_sent_again_by_its_key_is_made_once(database: Database) -> None:
    house = await real_house(database)
    answered = VenueRecords(database).answered
    door = Door(await house.built(), web_client(MadeOnce(routers, house.venues, answered)))
    replies = [
        await door.call("POST", "/bookings", ANNA, door.body(), idempotency_key='"k-1"')
        for _ in range(2)
    ]
    assert [reply.status for reply in replies] == [201, 201]
    assert replies[0].json()["id"] == replies[1].json()["id"]
