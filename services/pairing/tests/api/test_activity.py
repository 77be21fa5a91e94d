"""Activities over HTTP: announced by who answers, signed up for by everybody, noted afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from services.pairing.api import activity
from services.pairing.domain.activity import Activity
from services.pairing.service.activity import ActivityService
from services.pairing.store.activity import activities
from services.pairing.tests.api.world import BASE, caller
from services.pairing.tests.harness import Harness
from shared.mongo import Database
from shared.store import Store
from shared.testing import FakeStore
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client

HOUR = timedelta(hours=1)


@dataclass
class Hall:
    """Activities behind a client; ``path`` is that of one with one place."""

    client: WebClient
    harness: Harness
    path: str = ""

    async def call(
        self, method: str, path: str, who: str, body: Any = None, **headers: str
    ) -> Reply:
        return await self.client.call(
            method, BASE + path, caller(who), json=body, headers=english(**headers)
        )

    def body(self, **changes: Any) -> dict[str, Any]:
        """One place, tomorrow, for two hours."""
        starts_at = self.harness.clock.now() + 24 * HOUR
        return {
            "title": "读报",
            "place": "活动室",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + 2 * HOUR).isoformat(),
            "sign_up_until": (starts_at - HOUR).isoformat(),
            "capacity": 1,
            **changes,
        }


@pytest.fixture
async def hall(harness: Harness, either: Database | None) -> Hall:
    store: Store[Activity] = FakeStore(Activity) if either is None else activities(either)
    if either is not None:
        await either.migrate()
    service = ActivityService(store, harness.backing.members, harness.clock)
    lookup = getattr(store, "answered", never_answered)
    made = Hall(web_client(MadeOnce(activity.router, service, lookup)), harness)
    planned = await made.call("POST", "/activities", "branch", made.body())
    assert planned.status == 201, planned.body
    made.path = f"/activities/{planned.json()['id']}"
    return made


async def test_each_sees_their_own_place_and_only_who_answers_sees_who_comes(hall: Hall) -> None:
    first = await hall.call("POST", f"{hall.path}/sign-up", "resident")
    second = await hall.call("POST", f"{hall.path}/sign-up", "member2")
    twice = await hall.call("POST", f"{hall.path}/sign-up", "resident")

    def own(reply: Reply) -> tuple[int, str | None, int | None]:
        return reply.status, reply.json()["own_place"], reply.json()["own_number"]

    assert (own(first), own(second)) == ((200, "seat", 1), (200, "waiting", 1))
    assert (twice.status, twice.json()["code"]) == (409, "activity.signed_up")
    stranger = await hall.call("GET", hall.path, "member3")
    assert (stranger.json()["coming"], stranger.json()["waiting"]) == (1, 1)
    assert own(stranger) == (200, None, None)
    assert "per_resident" not in stranger.body.decode()
    for read in ("sign-ups", "story"):
        assert (await hall.call("GET", f"{hall.path}/{read}", "member3")).status == 403
        assert (await hall.call("GET", f"{hall.path}/{read}", "branch2")).status == 404
    listed = (await hall.call("GET", f"{hall.path}/sign-ups", "branch")).json()["items"]
    assert [(each["list"], each["person_id"]) for each in listed] == [
        ("seat", "per_resident"),
        ("waiting", "per_member2"),
    ]


async def test_who_leaves_makes_room_and_who_waited_sees_it(hall: Hall) -> None:
    for who in ("resident", "member2"):
        await hall.call("POST", f"{hall.path}/sign-up", who)

    off = await hall.call("POST", f"{hall.path}/sign-off", "resident")
    up = await hall.call("GET", hall.path, "member2")

    assert (off.json()["own_place"], up.json()["own_place"]) == (None, "seat")
    again = await hall.call("POST", f"{hall.path}/sign-off", "resident")
    assert (again.status, again.json()["code"]) == (409, "activity.not_signed_up")


async def test_staff_enter_people_who_ask_them_and_nobody_else_may(hall: Hall) -> None:
    body = {"person_id": "per_old"}
    refused = await hall.call("POST", f"{hall.path}/sign-up", "resident", body)
    entered = await hall.call("POST", f"{hall.path}/sign-up", "staff", body)

    assert (refused.status, refused.json()["code"]) == (403, "activity.for_others")
    assert (entered.status, entered.json()["coming"]) == (200, 1)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"capacity": 0}, "#/capacity"),
        ({"capacity": "1"}, "#/capacity"),
        ({"title": " "}, "#/title"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, "#/starts_at"),
        ({"ends_at": "2026-02-30T00:00:00Z"}, "#/ends_at"),
        ({"more": 1}, "#/more"),
    ],
)
async def test_an_activity_that_cannot_be_is_refused_by_field(
    hall: Hall, change: dict[str, Any], pointer: str
) -> None:
    for method, path in (("POST", "/activities"), ("PUT", hall.path)):
        reply = await hall.call(method, path, "branch", hall.body(**change))
        assert (reply.status, pointer in reply.body.decode()) == (422, True)


async def test_another_communitys_activities_are_not_there(hall: Hall) -> None:
    for method, path, who, body in [
        ("GET", "", "resident", None),
        ("POST", "/sign-up", "resident", None),
        ("POST", "/sign-off", "resident", None),
        ("PUT", "", "staff", hall.body()),
        ("POST", "/cancellation", "staff", None),
        ("GET", "/sign-ups", "staff", None),
        ("POST", "/attendance", "staff", {"people": [{"person_id": "per_1", "minutes": 1}]}),
    ]:
        reply = await hall.call(method, hall.path + path, f"{who}@elsewhere", body)
        assert (reply.status, reply.json()["code"]) == (404, "store.not_found")
    listed = await hall.call("GET", "/activities", "resident@elsewhere")
    assert listed.json()["items"] == []


async def test_who_was_there_is_noted_after_it_began(hall: Hall) -> None:
    await hall.call("POST", f"{hall.path}/sign-up", "resident")
    one = {"person_id": "per_resident", "minutes": 60}
    note = f"{hall.path}/attendance"

    early = await hall.call("POST", note, "branch", {"people": [one]})
    hall.harness.clock.move(25 * HOUR)
    twice = await hall.call("POST", note, "branch", {"people": [one, one]})
    other = await hall.call("POST", note, "branch", {"people": [{**one, "person_id": "per_x"}]})
    noted = await hall.call("POST", note, "branch", {"people": [one]})

    assert [early.json()["code"], twice.json()["code"], other.json()["code"]] == [
        "activity.not_begun",
        "activity.person_twice",
        "activity.not_signed_up",
    ]
    assert (noted.status, noted.json()["state"]) == (200, "held")
    past = await hall.call("GET", "/activities?past=true", "resident")
    assert len(past.json()["items"]) == 1
    table = await hall.call("GET", f"{hall.path}/sign-ups", "branch", accept="text/csv")
    assert "seat,1,per_resident," in table.body.decode()


async def test_an_activity_changes_and_is_called_off_by_version(hall: Hall) -> None:
    changed = await hall.call("PUT", hall.path, "branch", hall.body(capacity=3), if_match='"1"')
    stale = await hall.call("POST", f"{hall.path}/cancellation", "branch", if_match='"1"')
    off = await hall.call("POST", f"{hall.path}/cancellation", "branch", if_match='"2"')
    late = await hall.call("POST", f"{hall.path}/sign-up", "resident")

    assert [each.status for each in (changed, stale, off, late)] == [200, 412, 200, 409]
    assert late.json()["code"] == "activity.wrong_state"
