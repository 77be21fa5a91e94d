"""An estate as a table tells it, a row for each part: what is missing is added."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.property.domain.estate import Building, Dwelling, Entrance, Estate, Position
from services.property.domain.estate_check import (
    BUILDINGS_MAX,
    DWELLINGS_MAX,
    ENTRANCES_MAX,
    ids_of,
)
from shared.errors import Invalid

NAMES = ("building", "entrance", "dwelling")
KINDS = ("bld", "ent", "dwl")
Path = tuple[str, ...]
"""The codes from the building down."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a building, an entrance or a dwelling, by the codes that lead to it.

    What it is in is added with it, if that is missing. ``closed``: it is known to be used no more.
    ``estate``: the code of the estate that it is said to be on.
    """

    number: int
    building: str
    entrance: str | None = None
    dwelling: str | None = None
    id: str | None = None
    floors: int | None = None
    position: Position | None = None
    closed: bool = False
    estate: str | None = None

    @property
    def path(self) -> Path:
        """Its codes. ``Invalid`` for a dwelling behind no entrance."""
        if self.entrance is None:
            if self.dwelling is not None:
                raise Invalid("estate.row_incomplete", pointer="/entrance")
            return (self.building,)
        inside = () if self.dwelling is None else (self.dwelling,)
        return (self.building, self.entrance, *inside)


class Placed(NamedTuple):
    """What a row is about; ``known``: it was there before."""

    id: str
    known: bool


class Ground:
    """An estate that rows are added to, one after the other.

    ``name`` gives an id to what has none, by its kind and codes; ``elsewhere``: ids that dwellings
    of other estates have.
    """

    def __init__(
        self, estate: Estate, name: Callable[..., str], elsewhere: Collection[str] = ()
    ) -> None:
        self._estate = estate
        self._name = name
        self._elsewhere = elsewhere
        self._in_use: dict[Path, str] = {}
        self._closed: defaultdict[Path, set[str]] = defaultdict(set)
        self._barred: dict[Path, str] = {}
        self._taken = set(ids_of(estate))
        self._buildings: list[Building] = []
        self._inside: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._count: defaultdict[Path, int] = defaultdict(int)
        self._dwellings = 0
        for path, id_, closed, itself in _parts(estate):
            if closed:
                self._closed[path].add(id_)
            else:
                self._in_use[path] = id_
            if itself:
                self._barred[path] = id_
            self._counted(path)

    def place(self, line: Line) -> Placed:
        """The part that the row is about, added if it is missing.

        ``Invalid``, and nothing is added: it is another estate's, it is closed or in what is
        closed, its id is another's, it has what only buildings have, or there would be more than an
        estate may have.
        """
        path = line.path
        if line.estate not in (None, self._estate.code):
            raise Invalid("estate.row_elsewhere", pointer="/estate")
        if len(path) > 1 and (line.floors is not None or line.position is not None):
            pointer = "/lat" if line.floors is None else "/floors"
            raise Invalid("estate.not_a_building", pointer=pointer)
        # What is in a closed part is told as it was, and known by its id.
        if line.id in self._closed.get(path, ()) and (
            line.closed or self._barred.get(path) != line.id
        ):
            return Placed(str(line.id), known=True)
        there = self._in_use.get(path)
        if there is not None and not line.closed and line.id in (None, there):
            return Placed(there, known=True)
        self._check_new(line, path)
        missing = [path[:end] for end in range(1, len(path) + 1) if path[:end] not in self._in_use]
        self._check_room(missing)
        for each in missing:
            self._add(each, line if each == path else None)
        return Placed(self._in_use[path], known=False)

    def grown(self) -> Estate:
        """The estate with all that was added."""
        if not self._buildings and not self._inside:
            return self._estate
        whole = (*self._estate.buildings, *self._buildings)
        return replace(self._estate, buildings=tuple(self._filled(each) for each in whole))

    def _check_new(self, line: Line, path: Path) -> None:
        names = NAMES[: len(path)]
        for end, name in enumerate(names, start=1):
            if path[:end] in self._barred and path[:end] not in self._in_use:
                raise Invalid("estate.part_closed", pointer=f"/{name}")
        if line.closed:
            raise Invalid("estate.part_closed", pointer="/closed")
        if path in self._in_use:
            raise Invalid("estate.code_twice", pointer=f"/{names[-1]}", twice=path[-1])
        if line.id in self._taken:
            raise Invalid("estate.id_taken", pointer="/id")
        if line.id in self._elsewhere:
            raise Invalid("estate.id_elsewhere", pointer="/id")

    def _check_room(self, missing: list[Path]) -> None:
        limits = {"buildings": BUILDINGS_MAX, "entrances": ENTRANCES_MAX}
        for path in missing:
            if len(path) == len(NAMES):
                if self._dwellings >= DWELLINGS_MAX:
                    raise Invalid(
                        "estate.too_many_dwellings", pointer="/dwelling", max=DWELLINGS_MAX
                    )
            elif self._count[path[:-1]] >= (BUILDINGS_MAX if len(path) == 1 else ENTRANCES_MAX):
                pointer = f"/{NAMES[len(path) - 1]}"
                raise Invalid("estate.too_many_parts", pointer=pointer, **limits)

    def _add(self, path: Path, line: Line | None) -> None:
        told = None if line is None else line.id
        id_ = told or self._name(KINDS[len(path) - 1], *path)
        if len(path) == 1:
            at, floors = (None, None) if line is None else (line.position, line.floors)
            self._buildings.append(Building(id_, path[0], (), at, floors))
        else:
            self._inside[self._in_use[path[:-1]]].append((id_, path[-1]))
        self._in_use[path] = id_
        self._taken.add(id_)
        self._counted(path)

    def _counted(self, path: Path) -> None:
        self._count[path[:-1]] += 1
        self._dwellings += len(path) == len(NAMES)

    def _filled(self, building: Building) -> Building:
        new = (Entrance(id_, code, ()) for id_, code in self._inside.get(building.id, ()))
        return replace(
            building,
            entrances=tuple(
                replace(entrance, dwellings=(*entrance.dwellings, *self._homes(entrance.id)))
                for entrance in (*building.entrances, *new)
            ),
        )

    def _homes(self, entrance_id: str) -> list[Dwelling]:
        return [Dwelling(id_, code) for id_, code in self._inside.get(entrance_id, ())]


def _parts(estate: Estate) -> Iterator[tuple[Path, str, bool, bool]]:
    """Each part by its codes, with its id, whether it is used no more, and whether that is so for
    its own sake while what it is in is used."""
    shut = frozenset(estate.closed_ids)
    for b in estate.buildings:
        out = b.id in shut
        yield (b.code,), b.id, out, out
        for e in b.entrances:
            gone = out or e.id in shut
            yield (b.code, e.code), e.id, gone, gone and not out
            for d in e.dwellings:
                closed = gone or d.id in shut
                yield (b.code, e.code, d.code), d.id, closed, closed and not gone
