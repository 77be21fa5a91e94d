"""Who calls in the tests, what there is to call for, and every route with what it takes."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from services.pairing.api import (
    care_rules,
    care_task,
    conflict,
    fellow_routes,
    household,
    ledger_routes,
    pairing,
    pairing_people,
    register_table,
)
from services.pairing.api import person as person_api
from services.pairing.api.household import HouseholdUses
from services.pairing.service.fellows import FellowStores
from services.pairing.service.ledger import LedgerStores
from services.pairing.service.team import TeamTold
from services.pairing.store.fellows import FellowAnswers
from services.pairing.store.ledger import LedgerAnswers
from services.pairing.tests.api.world_ledger import LEDGER_ROUTES, named
from services.pairing.tests.api.world_members import MEMBER_ROUTES, SOMEBODY, TABLE
from services.pairing.tests.api.world_register import ROUTES_REGISTER, TABLES
from services.pairing.tests.harness import Harness, assigned, branch, me
from services.pairing.tests.ledger_harness import encouraged
from services.pairing.tests.member_samples import REMIT
from shared.auth import ROLE_SCOPES, Caller
from shared.events.pairing import CareTaskCompleted
from shared.testing_routes import MadeOnce
from shared.testing_web import COMMUNITY, Reply, Route, WebClient, english, never_answered, person
from shared.web.once import Lookup

BASE = "/api/pairing/v1"
MEMBER: dict[str, Any] = {"person_id": "per_new", "branch_id": "brn_1", "name": "示例"}
HOUSEHOLD: dict[str, Any] = {
    "dwelling_id": "dwl_2",
    "person_ids": ["per_elder"],
    "categories": ["elderly_empty_nest", "severe_disability"],
    "risk_level": "high",
    "needs": ["chat"],
}
CARE_RULES: dict[str, Any] = {
    "rungs": {
        rung: {"answer_seconds": 3600, "at_once": 2, "asked_max": 5}
        for rung in ("own", "post", "matched")
    },
    "day_begins": "08:00",
    "day_ends": "20:00",
    "share_percent": 20,
    "least_seconds": 900,
}
SIDED = ("/recorded-answer", "/release", "/rest", "/return")
"""What is about one household of a pairing, which is filled in."""
CONSENT: dict[str, Any] = {"by": "per_elder", "method": "written", "scope": "care"}
SENSITIVE = ("hardship", "elderly", "disability", "risk", "needs", "categories", "method")


def caller(name: str) -> Caller:
    """A caller by role; ``<role>@<community>`` lives there, ``member2`` is another member."""
    who, _, community = name.partition("@")
    role = who.rstrip("0123456789")
    branch = {"branch": "brn_1", "branch2": "brn_2", "member": "brn_1"}.get(who)
    named = "per_member1" if who == "member" else f"per_{who}"
    return person(role, id=named, communities=(community or COMMUNITY,), branch=branch)


def everything(community: str) -> Caller:
    """Somebody who may do everything, in one community."""
    scopes = frozenset().union(*ROLE_SCOPES.values())
    return Caller(
        id="per_everything",
        roles=("staff", "branch", "member"),
        communities=(community,),
        branch="brn_1",
        scopes=scopes,
    )


def _actions(noun: str, role: str, **bodies: dict[str, Any] | None) -> list[Route]:
    return [
        Route("POST", f"/{noun}/{{id}}/{action}", role, body) for action, body in bodies.items()
    ]


def _reads(noun: str, role: str) -> list[Route]:
    return [
        Route("GET", f"/{noun}", role),
        Route("GET", f"/{noun}/{{id}}", role, query="?purpose=visit" * (noun == "households")),
        Route("GET", f"/{noun}/{{id}}/story", role),
    ]


ROUTES = (
    Route("POST", "/members", "branch", MEMBER),
    *_reads("members", "branch"),
    *MEMBER_ROUTES,
    Route("POST", "/households", "staff", HOUSEHOLD),
    *_reads("households", "staff"),
    Route("GET", "/households/{id}/readings", "staff"),
    Route("POST", "/households/{id}/branch", "staff", {"branch_id": "brn_1"}),
    Route("POST", "/households/{id}/consent", "branch", CONSENT),
    Route("DELETE", "/households/{id}/consent", "staff"),
    Route("POST", "/pairings", "branch"),
    *ROUTES_REGISTER,
    *_reads("pairings", "branch"),
    *_actions("pairings", "staff", consent=None, decline=None),
    *_actions(
        "pairings",
        "branch",
        activation=None,
        pause=None,
        resumption=None,
        end={"reason": "moved"},
    ),
    *_actions("pairings", "member", answer={"agreed": True}),
    *_actions("pairings", "staff", **{"recorded-answer": {"agreed": True}}),
    *_actions(
        "pairings",
        "branch",
        release={"reason": "moved"},
        rest={"household_id": "hsh_x"},
        **{"return": {"household_id": "hsh_x"}},
    ),
    Route("PUT", "/pairings/{id}/plan", "branch", {"plan": []}),
    Route("GET", "/pairings/{id}/calendar", "member"),
    Route("GET", "/festivals", "member", query="?year=2027"),
    Route("POST", "/conflicts", "staff", {"person_ids": ["per_1", "per_2"]}),
    *_reads("conflicts", "staff"),
    *_actions("conflicts", "staff", lifting=None),
    *_reads("care-tasks", "member"),
    Route("GET", "/care-tasks/{id}/readings", "member"),
    *_actions("care-tasks", "member", acceptance=None, decline=None),
    *_actions("care-tasks", "member", start=None, completion={"minutes": 30}, **{"return": None}),
    Route("GET", "/care-rules", "member"),
    Route("PUT", "/care-rules", "branch", CARE_RULES),
    *LEDGER_ROUTES,
)
"""Every route of the service; what needs ids in its body is filled in."""
OF_ONESELF = ("/points-rules", "/care-rules", "/festivals", "/handbook", "/handbook/records")
"""What answers by who asks, or alike to everybody; whose it is has tests of its own."""


@dataclass
class World:
    """One of each noun, here, behind a client."""

    client: WebClient
    harness: Harness
    ids: dict[str, str] = field(default_factory=dict)

    async def fill(self) -> None:
        """A pairing, a task done and one on offer, a draft, a pledge, an exemplar."""
        harness = self.harness
        helper, home = await harness.member(1), await harness.household("dwl_1")
        pairing = await harness.paired([helper], home)
        await harness.hear(assigned("req_done"))
        done = await harness.task_of("req_done")
        await harness.care_tasks.accept(done.id, me("per_member1"), seen=None)
        await harness.care_tasks.complete(
            done.id, me("per_member1"), note="放在门口", minutes=45, seen=None
        )
        await harness.hear_told(harness.backing.care_tasks, done.id, CareTaskCompleted)
        (draft,) = await harness.backing.contributions.find({"care_task_id": done.id})
        await harness.hear(assigned("req_open"))
        kept_apart = await harness.conflicts.register(
            ("per_1", "per_3"), community=COMMUNITY, by="per_staff"
        )
        self.ids = {
            "members": helper.id,
            "households": home.id,
            "pairings": pairing.id,
            "care-tasks": (await harness.task_of("req_open")).id,
            "done": done.id,
            "contributions": draft.id,
            "conflicts": kept_apart.id,
            "branches": "brn_1",
            "posts": await self._post(),
            "teams": await self._team(),
            "persons": (await harness.resident()).id,
            **await encouraged(harness.ledger, harness.backing.ledger, helper),
        }

    async def _post(self) -> str:
        posts = self.harness.fellows.posts
        return (await posts.register(community=COMMUNITY, code="help", remit=REMIT)).id

    async def _team(self) -> str:
        told = TeamTold("示例服务队")
        made = await self.harness.fellows.teams.register(
            branch(), community=COMMUNITY, branch_id="brn_1", told=told
        )
        return made.id

    def path(self, route: Route) -> str:
        """The route's path to the thing that is there."""
        return route.at(BASE, self.ids)

    def body(self, route: Route) -> Any:
        """What the route takes."""
        if route.path == "/pairings" and route.method == "POST":
            sides = [self.ids["members"]], [self.ids["households"]]
            return {"mode": "one_one", "helper_ids": sides[0], "household_ids": sides[1]}
        if route.body is SOMEBODY:
            return {"member_id": self.ids["members"]}
        about = named(route, self.ids["members"])
        if about is not None:
            return about
        body = route.body
        if body is not None and "{id}" in route.path and route.path.startswith("/pairings"):
            side = {"household_id": self.ids["households"]}
            return {**body, **side} if route.path.endswith(SIDED) else body
        return {"skills": ["first_aid"]} if route.path == "/members/{id}" else body

    async def call(self, route: Route, who: Caller | None, **headers: str) -> Reply:
        """Call a route as somebody."""
        if route.path.endswith("/imports"):
            return await self.send(self.path(route), who, TABLES.get(route.path, TABLE))
        return await self.client.call(
            route.method, self.path(route), who, json=self.body(route), headers=english(**headers)
        )

    async def send(self, path: str, who: Caller | None, table: str) -> Reply:
        """POST a table as somebody."""
        raw = table.encode()
        headers = english(content_type="text/csv", content_length=str(len(raw)))
        if who is not None:
            headers["authorization"] = f"Bearer {self.client.token(who)}"
        return await self.client.raw("POST", path, headers, [raw])

    async def get(self, path: str, who: str, **headers: str) -> Reply:
        """GET as this caller; headers by keyword."""
        return await self.client.call("GET", BASE + path, caller(who), headers=english(**headers))

    async def post(self, path: str, who: str, body: Any = None, **headers: str) -> Reply:
        """POST as this caller; headers by keyword."""
        return await self.client.call(
            "POST", BASE + path, caller(who), json=body, headers=english(**headers)
        )

    async def put(self, path: str, who: str, body: Any, **headers: str) -> Reply:
        """PUT as this caller."""
        return await self.client.call(
            "PUT", BASE + path, caller(who), json=body, headers=english(**headers)
        )

    async def delete(self, path: str, who: str, **headers: str) -> Reply:
        """DELETE as this caller."""
        return await self.client.call(
            "DELETE", BASE + path, caller(who), headers=english(**headers)
        )


def routers(harness: Harness) -> list[APIRouter]:
    """All routes over these use cases; a fake store never remembers an answer."""
    backing, sight = harness.backing, harness.sight
    uses = HouseholdUses(harness.households, harness.forgetting, harness.branch_homes, sight)
    guard = pairing.guard_of(harness.pairings, sight)
    return [
        MadeOnce(fellow_routes.routers, harness.fellows, _fellows(backing.fellows)),
        MadeOnce(household.router, uses, _answered(backing.households)),
        MadeOnce(person_api.router, harness.residents, _answered(backing.people)),
        MadeOnce(register_table.router, harness.person_tables, harness.household_tables),
        MadeOnce(pairing.router, harness.pairings, sight, _answered(backing.pairings)),
        MadeOnce(
            pairing_people.routers,
            harness.people,
            harness.plans,
            guard,
            _answered(backing.pairings),
        ),
        MadeOnce(conflict.router, harness.conflicts, _answered(backing.conflicts)),
        MadeOnce(care_rules.router, harness.care_rules, _answered(backing.care_rules)),
        MadeOnce(care_task.routers, harness.care_tasks, sight, _answered(backing.care_tasks)),
        MadeOnce(ledger_routes.routers, harness.ledger, _answers(backing.ledger)),
    ]


def _fellows(kept: FellowStores) -> FellowAnswers:
    nouns = (kept.members, kept.branches, kept.posts, kept.teams)
    return FellowAnswers(*map(_answered, nouns))


def _answers(kept: LedgerStores) -> LedgerAnswers:
    return LedgerAnswers(
        _answered(kept.contributions),
        _answered(kept.pledges),
        _answered(kept.exemplars),
        _answered(kept.thanks),
        _answered(kept.points_rules),
    )


def _answered(store: object) -> Lookup:
    lookup: Lookup = getattr(store, "answered", never_answered)
    return lookup
