"""The canteen over HTTP: bad input by field, who sees what, and the lists as tables."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest

from services.pairing.api import meal, menu
from services.pairing.domain.household import Household
from services.pairing.domain.meal_choice import Way
from services.pairing.tests.api.world import BASE, caller
from services.pairing.tests.canteen_harness import CanteenHarness, canteen_over
from services.pairing.tests.canteen_samples import NOTE
from services.pairing.tests.harness import Harness
from shared.mongo import Database
from shared.testing_routes import MadeOnce
from shared.testing_web import (
    Reply,
    WebClient,
    english,
    never_answered,
    person,
    web_client,
)


@dataclass
class Counter:
    """The canteen behind a client, a household with a helper at its door."""

    client: WebClient
    canteen: CanteenHarness
    home: Household

    async def call(
        self, method: str, path: str, who: str, body: Any = None, **headers: str
    ) -> Reply:
        return await self.client.call(
            method, BASE + path, caller(who), json=body, headers=english(**headers)
        )

    def order(self, **changes: Any) -> dict[str, Any]:
        """A lunch for the household."""
        return {
            "menu_id": self.canteen.menu.id,
            "on": self.canteen.on.isoformat(),
            "kind": "lunch",
            "person_id": self.home.person_ids[0],
            "portions": [{"dish": "rice"}, {"dish": "tofu", "count": 2}],
            "way": "helper",
            "dietary_note": NOTE,
            **changes,
        }

    def sitting(self) -> str:
        return f"on={self.canteen.on.isoformat()}&kind=lunch"


@pytest.fixture
async def counter(harness: Harness, either: Database | None) -> Counter:
    made = await canteen_over(harness, either)
    home = await harness.household()
    await harness.paired([await harness.member()], home)
    lookups = [
        getattr(store, "answered", never_answered) for store in (made.parts.menus, made.parts.meals)
    ]
    client = web_client(
        MadeOnce(menu.router, made.canteen.menus, lookups[0]),
        MadeOnce(meal.routers, made.canteen, harness.sight, lookups[1]),
    )
    return Counter(client, made, home)


async def test_a_branch_sees_the_meals_of_its_households_and_another_branch_none(
    counter: Counter,
) -> None:
    made = await counter.call("POST", "/meals", "staff", counter.order())
    assert made.status == 201, made.body
    path = f"/meals/{made.json()['id']}"
    for who, ids, status in (("branch", [made.json()["id"]], 200), ("branch2", [], 404)):
        listed = (await counter.call("GET", "/meals", who)).json()["items"]
        assert [each["id"] for each in listed] == ids
        assert (await counter.call("GET", path, who)).status == status
        assert (await counter.call("GET", f"{path}/story", who)).status == status


async def test_a_week_is_written_published_and_read_by_everybody(counter: Counter) -> None:
    known = (await counter.call("GET", f"/menus/{counter.canteen.menu.id}", "resident")).json()
    body = {"week_on": known["week_on"], "sittings": known["sittings"]}

    twice = await counter.call("POST", "/menus", "staff", body)
    draft = await counter.call("POST", "/menus", "staff@elsewhere", body)
    hidden = await counter.call("GET", f"/menus/{draft.json()['id']}", "resident@elsewhere")
    published = await counter.call(
        "POST", f"/menus/{draft.json()['id']}/publication", "staff@elsewhere", if_match='"1"'
    )
    shown = await counter.call("GET", "/menus", "resident@elsewhere")

    assert (twice.status, twice.json()["code"]) == (409, "menu.exists")
    assert (draft.status, hidden.status, published.status) == (201, 404, 200)
    assert [each["id"] for each in shown.json()["items"]] == [draft.json()["id"]]
    assert (await counter.call("POST", "/menus", "branch", body)).status == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"week_on": "2026-02-30"}, "#/week_on"),
        ({"week_on": "2026-11-24"}, "#/week_on"),
        ({"sittings": []}, "#/sittings"),
        ({"more": 1}, "#/more"),
    ],
)
async def test_a_menu_that_is_none_is_refused_by_field(
    counter: Counter, change: dict[str, Any], pointer: str
) -> None:
    known = (await counter.call("GET", f"/menus/{counter.canteen.menu.id}", "staff")).json()
    body = {"week_on": "2026-11-30", "sittings": known["sittings"], **change}

    reply = await counter.call("POST", "/menus", "staff", body)

    assert (reply.status, pointer in reply.body.decode()) == (422, True)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "supper"}, "#/kind"),
        ({"kind": "dinner"}, "#/on"),
        ({"portions": []}, "#/portions"),
        ({"portions": [{"dish": "fish"}]}, "#/portions/0/dish"),
        ({"portions": [{"dish": "rice", "count": 99}]}, "#/portions/0/count"),
        ({"dietary_note": "x" * 201}, "#/dietary_note"),
    ],
)
async def test_an_order_that_cannot_be_served_is_refused_by_field(
    counter: Counter, change: dict[str, Any], pointer: str
) -> None:
    reply = await counter.call("POST", "/meals", "staff", counter.order(**change))

    assert (reply.status, pointer in reply.body.decode()) == (422, True)
    assert NOTE not in reply.body.decode()
    assert await counter.canteen.parts.meals.find({}) == []


async def test_who_orders_too_late_is_told_in_words_what_closed_when(counter: Counter) -> None:
    counter.canteen.at(8)
    reply = await counter.call("POST", "/meals", "staff", counter.order())

    assert (reply.status, reply.json()["code"]) == (409, "meal.orders_closed")
    assert reply.json()["detail"] == (
        "Orders for lunch on 2026-11-26 closed at 2026-11-25 18:00 (Beijing time)."
    )


async def test_what_somebody_may_not_eat_is_shown_to_them_and_to_the_kitchen_alone(
    counter: Counter,
) -> None:
    made = await counter.call("POST", "/meals", "member", counter.order())
    path = f"/meals/{made.json()['id']}"
    eater = counter.home.person_ids[0]

    assert (made.status, made.json()["carrier_id"] is not None) == (201, True)
    for who in ("member", "staff", "branch"):
        for read in (path, "/meals?role=carrying", f"{path}/story"):
            reply = await counter.call("GET", read, who)
            assert (reply.status, NOTE in reply.body.decode()) == (200, False)
    own = await counter.client.call("GET", BASE + path, person("resident", id=eater))
    assert own.json()["dietary_note"] == NOTE
    lists = f"/menus/{counter.canteen.menu.id}"
    cooked = await counter.call("GET", f"{lists}/kitchen-list?{counter.sitting()}", "staff")
    assert cooked.json()["items"][0]["dietary_note"] == NOTE
    assert cooked.json()["portions"] == [
        {"dish": "rice", "name_zh": "米饭", "name_en": "Rice", "count": 1},
        {"dish": "tofu", "name_zh": "麻婆豆腐", "name_en": "Mapo tofu", "count": 2},
    ]
    carried = await counter.call("GET", f"{lists}/carrier-list?{counter.sitting()}", "member")
    assert len(carried.json()["items"]) == 1
    assert NOTE not in carried.body.decode()
    assert (await counter.call("GET", f"{lists}/kitchen-list", "member")).status == 403


async def test_the_lists_come_as_tables(counter: Counter) -> None:
    await counter.call("POST", "/meals", "member", counter.order())
    lists = f"/menus/{counter.canteen.menu.id}"

    async def table(name: str, who: str, more: str = "") -> list[list[str]]:
        path = f"{lists}/{name}?{counter.sitting()}{more}"
        reply = await counter.call("GET", path, who, accept="text/csv")
        return list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"))))

    head, cooked = await table("kitchen-list", "staff")
    assert head == ["meal_id", "state", "way", "person_id", "dishes", "dietary_note"]
    assert cooked[4:] == ["米饭 × 1; 麻婆豆腐 × 2", NOTE]  # noqa: RUF001
    helper = (await counter.canteen.parts.members.find({}))[0]
    assert len(await table("carrier-list", "member")) == 2
    assert len(await table("carrier-list", "staff", f"&carrier_id={helper.id}")) == 2
    assert len(await table("carrier-list", "staff")) == 1


async def test_each_says_what_is_theirs_to_say(counter: Counter) -> None:
    made = (await counter.call("POST", "/meals", "member", counter.order())).json()
    path = f"/meals/{made['id']}"

    assert (await counter.call("POST", f"{path}/collection", "member")).status == 403
    stranger = await counter.call("POST", f"{path}/delivery", "member2")
    assert (stranger.status, stranger.json()["code"]) == (404, "store.not_found")
    assert (await counter.call("POST", f"{path}/delivery", "staff@elsewhere")).status == 404
    stale = await counter.call("POST", f"{path}/delivery", "member", if_match='"9"')
    done = await counter.call("POST", f"{path}/delivery", "member", if_match='"1"')
    again = await counter.call("POST", f"{path}/no-show", "member")

    assert (stale.status, done.status, again.status) == (412, 200, 409)
    assert again.json()["code"] == "meal.wrong_state"


async def test_a_meal_goes_the_ways_that_it_may(counter: Counter) -> None:
    made = (await counter.call("POST", "/meals", "staff", counter.order(way="kitchen"))).json()
    path = f"/meals/{made['id']}"
    helper = (await counter.canteen.parts.members.find({}))[0]
    chosen = {"portions": [{"dish": "rice"}], "way": Way.HELPER.value}

    changed = await counter.call("PUT", path, "member", chosen, if_match='"1"')
    kitchen = await counter.call("POST", f"{path}/carrier", "staff", {})
    handed = await counter.call("POST", f"{path}/carrier", "staff", {"carrier_id": helper.id})
    cancelled = await counter.call("POST", f"{path}/cancellation", "member")

    assert [each.status for each in (changed, kitchen, handed, cancelled)] == [200] * 4
    assert (changed.json()["price_fen"], kitchen.json()["carrier_id"]) == (100, None)
    assert handed.json()["carrier_id"] == helper.id
    story = (await counter.call("GET", f"{path}/story", "staff")).json()["items"]
    assert [each["type"].split(".")[2] for each in story] == [
        "ordered",
        "changed",
        "carrier_changed",
        "carrier_changed",
        "cancelled",
    ]
