"""Who lives in the demo's homes: some 5,000 people in 2,016 homes, all invented.

They have numbers for names and no phones; how many live together and how old they are is drawn by
chance, the same for the same seed, so that old people who live alone or in pairs are there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from deploy.demo.estates import COMMUNITY, estates
from deploy.demo.size import Size
from shared.clock import derived_id

AT_HOME = (1, 2, 3, 4, 5)
SHARES = (20, 35, 27, 12, 6)
"""Of a hundred homes so many have one person, two …: 2.5 on average, 5,000 in 2,016 homes."""
OLDEST_BORN, YOUNGEST_BORN = 1930, 2022
DIALECTS = ("wuu", "yue", "nan", "hak", "cmn-sichuan")
DIALECT_SHARE = 0.08
"""Who has come from far away speaks the dialect of there as well."""


@dataclass(frozen=True, slots=True)
class DemoResident:
    """One person; ``number`` counts all of them, home after home."""

    number: int
    person_id: str
    dwelling_id: str
    estate_id: str
    born: date
    languages: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """As pairing takes it."""
        return {
            "person_id": self.person_id,
            "name": f"示例居民{self.number + 1:05}",
            "birth_date": self.born.isoformat(),
            "dwelling_id": self.dwelling_id,
            "languages": list(self.languages),
        }


def residents(size: Size, known: Mapping[str, str]) -> Iterator[DemoResident]:
    """All of them, home after home; the first of some homes is somebody ``known`` by an id."""
    chance = Random(size.seed)
    number = 0
    for estate in estates(size):
        for dwelling_id in estate.dwelling_ids():
            for turn in range(chance.choices(AT_HOME, SHARES)[0]):
                invented = derived_id("per", COMMUNITY, "home", str(number))
                yield DemoResident(
                    number,
                    invented if turn else known.get(dwelling_id, invented),
                    dwelling_id,
                    estate.id,
                    _born(chance),
                    _languages(chance),
                )
                number += 1


def _born(chance: Random) -> date:
    year = chance.randint(OLDEST_BORN, YOUNGEST_BORN)
    return date(year, chance.randint(1, 12), chance.randint(1, 28))


def _languages(chance: Random) -> tuple[str, ...]:
    own = chance.choice(DIALECTS) if chance.random() < DIALECT_SHARE else None
    return ("cmn",) if own is None else ("cmn", own)
