"""Who helps and is helped in the demo: 300 members of five branches, 133 care households.

The counts of households are those of the article (``mission.md``, A8): 30 elderly empty-nest, 18
severely disabled, 85 hardship, each counted once; ``ALSO`` says how many are of a second kind as
well, which the article does not tell. Everybody is invented: people are numbers, members have the
names of examples, nothing here is taken from anybody's life.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from deploy.demo.estates import CITY, COMMUNITY, CONTRACTOR, estates
from deploy.demo.size import Size
from shared.auth import Grant, SigningKey, issue_token
from shared.clock import derived_id

BRANCHES = 5
MEMBERS = 300
HOUSEHOLDS_PER_MEMBER = 3
CATEGORIES = (("elderly_empty_nest", 30), ("severe_disability", 18), ("hardship", 85))
ALSO = (("severe_disability", "hardship", 5), ("hardship", "elderly_empty_nest", 12))
"""The first five severely disabled are in hardship as well, the first twelve in hardship old and
alone: 133 households, 17 of them of two kinds."""
RESIDENT = HELPER = 0
"""The numbers of the household that asks in the second story, and of the member whose token the
demo shows. They live next door to each other and speak a dialect that no other member does, so that
any matching pairs the two: see ``test_demo_matching``."""
SHARED_DIALECT = "wuu"
TOKEN_DAYS = 7
RISKS = {"elderly_empty_nest": "high", "severe_disability": "key", "hardship": "general"}
RISK_ORDER = ("high", "key", "general")
SKILLS = ("cleaning", "cooking", "driving", "first_aid", "reading_aloud", "repairs")
FREE = (("1", "18:30", "21:00"), ("3", "18:30", "21:00"), ("6", "08:00", "18:00"))
"""Weekday, from, until: when members who go to work have time."""
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
    """A member, 0 to 299 in the model; ``of`` is how many there are."""

    number: int
    of: int
    dwelling_id: str
    skills: tuple[str, ...]
    languages: tuple[str, ...] = ("cmn",)

    @property
    def person_id(self) -> str:
        """Who it is."""
        return person_id("member", self.number)

    @property
    def branch_id(self) -> str:
        """The same number to each branch."""
        return branch_id(self.number * BRANCHES // self.of)

    def body(self) -> dict[str, Any]:
        """As pairing takes it."""
        return {
            "person_id": self.person_id,
            "branch_id": self.branch_id,
            "name": f"示例党员{self.number + 1:03}",
            "households_max": HOUSEHOLDS_PER_MEMBER,
            "dwelling_id": self.dwelling_id,
            "skills": list(self.skills),
            "languages": list(self.languages),
            "availability": [
                {"weekday": int(day), "start": start, "end": end} for day, start, end in FREE
            ],
        }


@dataclass(frozen=True, slots=True)
class DemoHousehold:
    """A care household, 0 to 132 in the model, in a home of its own."""

    number: int
    categories: tuple[str, ...]
    dwelling_id: str
    estate_id: str
    languages: tuple[str, ...] = ()

    @property
    def person_id(self) -> str:
        """Who lives there; they consented themselves."""
        return person_id("resident", self.number)

    def body(self) -> dict[str, Any]:
        """As pairing takes it."""
        return {
            "dwelling_id": self.dwelling_id,
            "person_ids": [self.person_id],
            "categories": list(self.categories),
            "risk_level": min((RISKS[each] for each in self.categories), key=RISK_ORDER.index),
            "needs": sorted({need for each in self.categories for need in NEEDS[each]}),
            "languages": list(self.languages),
        }

    def consent(self) -> dict[str, Any]:
        """As pairing takes it: to visits and to help, in writing, until it is taken back."""
        return {"by": self.person_id, "method": "written", "scope": "care"}


def at_home(size: Size) -> dict[str, str]:
    """By their homes the people whom the demo knows by more than a number: helped, and helpers."""
    known = {member.dwelling_id: member.person_id for member in members(size)}
    return known | {household.dwelling_id: household.person_id for household in households(size)}


def members(size: Size) -> list[DemoMember]:
    """All of them, each in a home where nobody is cared for."""
    count = size.of(MEMBERS)
    cared_for = {household.dwelling_id for household in households(size)}
    next_door, *others = (home for home, _ in _homes(size) if home not in cared_for)
    chance = Random(size.seed)
    places = [next_door, *chance.sample(others, count - 1)]
    return [
        DemoMember(
            number,
            count,
            place,
            tuple(sorted(chance.sample(SKILLS, 2))),
            ("cmn", SHARED_DIALECT) if number == HELPER else ("cmn",),
        )
        for number, place in enumerate(places)
    ]


def households(size: Size) -> list[DemoHousehold]:
    """All of them, spread over the estates in proportion to their size."""
    homes = _homes(size)
    kinds = list(_kinds(size))
    step = len(homes) // len(kinds)
    return [
        DemoHousehold(
            number,
            kind,
            *homes[number * step],
            (SHARED_DIALECT,) if number == RESIDENT else (),
        )
        for number, kind in enumerate(kinds)
    ]


@lru_cache(maxsize=2)
def _homes(size: Size) -> tuple[tuple[str, str], ...]:
    """Homes and their estates; asked for by all that follows, and thousands of digests to make."""
    return tuple((home, estate.id) for estate in estates(size) for home in estate.dwelling_ids())


def _kinds(size: Size) -> Iterator[tuple[str, ...]]:
    for kind, count in CATEGORIES:
        also = [
            second for first, second, many in ALSO if first == kind for _ in range(size.of(many))
        ]
        for number in range(size.of(count)):
            yield (kind, *also[number : number + 1])


def asking() -> DemoHousehold:
    """That household: it lives in the first home of all, however large the demo is."""
    return households(Size())[RESIDENT]


def grants() -> dict[str, Grant]:
    """What the demo's bearer tokens say, by role."""
    first = branch_id(0)

    def grant(role: str, person: str, branch: str | None = None) -> Grant:
        return Grant(person=person, roles=(role,), communities=(COMMUNITY,), branch=branch)

    return {
        "committee": grant("committee", person_id("committee")),
        "branch": grant("branch", person_id("secretary"), first),
        "mediator": grant("mediator", person_id("mediator")),
        "member": grant("member", person_id("member", HELPER), first),
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
