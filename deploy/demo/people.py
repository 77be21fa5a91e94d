"""Who lives and helps in the demo: 50 members of five branches, 133 care households, 61 pairings.

The counts of households are those of the article (``mission.md``, A8): 30 elderly empty-nest, 18
severely disabled, 85 hardship. Everybody is invented: people are numbers, members have the names of
examples, nothing here is taken from anybody's life.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.estates import CITY, COMMUNITY, CONTRACTOR, ESTATES
from shared.auth import Grant, SigningKey, issue_token
from shared.clock import derived_id

BRANCHES = 5
MEMBERS = 50
HOUSEHOLDS_PER_MEMBER = 3
CATEGORIES = (("elderly_empty_nest", 30), ("severe_disability", 18), ("hardship", 85))
ONE_MANY = 36
"""So many members lead three households each; the next five households have two helpers each, and
the others one to one: 108 + 5 + 20 = 133, and nobody leads more than three."""
MANY_ONE = 5
TOKEN_DAYS = 7
RISKS = {"elderly_empty_nest": "high", "severe_disability": "key", "hardship": "general"}
NEEDS = {
    "elderly_empty_nest": ["chat", "carry_shopping", "holiday_visit"],
    "severe_disability": ["carry_shopping", "cleaning"],
    "hardship": ["holiday_visit"],
}


def person_id(who: str, number: int = 0) -> str:
    """The fixed id of an invented person."""
    return derived_id("per", COMMUNITY, who, str(number))


def branch_id(number: int) -> str:
    """The fixed id of a branch, 0 to 4."""
    return derived_id("brn", COMMUNITY, str(number))


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A member, 0 to 49."""

    number: int

    @property
    def person_id(self) -> str:
        """Who it is."""
        return person_id("member", self.number)

    @property
    def branch_id(self) -> str:
        """Ten members to a branch."""
        return branch_id(self.number * BRANCHES // MEMBERS)

    def body(self) -> dict[str, Any]:
        """As pairing takes it."""
        return {
            "person_id": self.person_id,
            "branch_id": self.branch_id,
            "name": f"示例党员{self.number + 1:02}",
            "households_max": HOUSEHOLDS_PER_MEMBER,
        }


@dataclass(frozen=True, slots=True)
class DemoHousehold:
    """A care household, 0 to 132, in a home of its own."""

    number: int
    category: str
    dwelling_id: str
    estate_id: str

    @property
    def person_id(self) -> str:
        """Who lives there; they consented themselves."""
        return person_id("resident", self.number)

    def body(self) -> dict[str, Any]:
        """As pairing takes it."""
        return {
            "dwelling_id": self.dwelling_id,
            "person_ids": [self.person_id],
            "categories": [self.category],
            "risk_level": RISKS[self.category],
            "needs": NEEDS[self.category],
        }

    def consent(self) -> dict[str, Any]:
        """As pairing takes it: to visits and to help, in writing, until it is taken back."""
        return {"by": self.person_id, "method": "written", "scope": "care"}


@dataclass(frozen=True, slots=True)
class DemoPairing:
    """Who helps whom, by their numbers."""

    mode: str
    members: tuple[int, ...]
    households: tuple[int, ...]


def members() -> list[DemoMember]:
    """All of them."""
    return [DemoMember(number) for number in range(MEMBERS)]


def households() -> list[DemoHousehold]:
    """All of them, spread over both estates in proportion to their size."""
    homes = [(home, estate.id) for estate in ESTATES for home in estate.dwelling_ids()]
    kinds = [name for name, count in CATEGORIES for _ in range(count)]
    step = len(homes) // len(kinds)
    return [DemoHousehold(number, kind, *homes[number * step]) for number, kind in enumerate(kinds)]


def pairings() -> list[DemoPairing]:
    """In all three modes (``mission.md``, A6), so that every household has its helper."""
    return list(_pairings())


def _pairings() -> Iterator[DemoPairing]:
    ahead = iter(range(sum(count for _, count in CATEGORIES)))
    for member in range(ONE_MANY):
        led = tuple(next(ahead) for _ in range(HOUSEHOLDS_PER_MEMBER))
        yield DemoPairing("one_many", (member,), led)
    others = list(range(ONE_MANY, MEMBERS))
    for pair in range(MANY_ONE):
        yield DemoPairing("many_one", (others[2 * pair], others[2 * pair + 1]), (next(ahead),))
    for turn, household in enumerate(ahead):
        yield DemoPairing("one_one", (others[turn % len(others)],), (household,))


RESIDENT = 0
"""The number of the household that asks in the second story; member 0 is its helper."""


def grants() -> dict[str, Grant]:
    """What the demo's bearer tokens say, by role."""
    helper = DemoMember(0)

    def grant(role: str, person: str, branch: str | None = None) -> Grant:
        return Grant(person=person, roles=(role,), communities=(COMMUNITY,), branch=branch)

    return {
        "committee": grant("committee", person_id("committee")),
        "branch": grant("branch", person_id("secretary"), helper.branch_id),
        "mediator": grant("mediator", person_id("mediator")),
        "member": grant("member", helper.person_id, helper.branch_id),
        "resident": grant("resident", person_id("resident", RESIDENT)),
        "staff": grant("staff", person_id("staff")),
        "ops": grant("ops", person_id("ops")),
    }


def tokens(key: SigningKey, *, now: datetime) -> dict[str, str]:
    """A fresh bearer token for each role, good for ``TOKEN_DAYS``."""
    lifetime = timedelta(days=TOKEN_DAYS)
    return {
        role: issue_token(key, grant, now=now, lifetime=lifetime)
        for role, grant in grants().items()
    }


def api_key_body() -> dict[str, Any]:
    """What the property company's key may do: report, read, and manage its work orders."""
    return {
        "company": CONTRACTOR,
        "scopes": [
            "property:incident:report",
            "property:incident:read",
            "property:work_order:read",
            "property:work_order:manage",
        ],
        "communities": [COMMUNITY],
    }


def city_key_body() -> dict[str, Any]:
    """What the city's client of Open311 may do: report."""
    return {
        "company": CITY,
        "scopes": ["requests:request:submit"],
        "communities": [COMMUNITY],
    }
