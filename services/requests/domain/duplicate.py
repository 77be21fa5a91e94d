"""Which open requests may be about the same thing: near in words, place and time.

Words are compared by n-grams: characters and pairs of neighbouring characters, so Chinese needs no
segmenter and a misspelt word still counts. What many of the candidates say counts for little. The
result is a suggestion to people, who decide; the weights are ours, and tried on the sentences in
the tests.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from services.requests.domain.place import Position, metres_between
from services.requests.domain.reader import Reader
from services.requests.domain.request import RequestState
from services.requests.domain.service_type import ServiceType, Visibility

WINDOW = timedelta(days=30)
"""How far back somebody else's request is looked for."""
COMPARED_CHARACTERS_MAX = 500
SUGGESTED_MAX = 5
LIKELY_FROM = 0.25

NEAR_METRES, FAR_METRES = 50, 500
UNKNOWN_PLACE, OTHER_BUILDING, FAR_AWAY = 0.85, 0.6, 0.3
SAME_GROUP = 0.85
OLDEST = 0.7
COMMON_FROM = 8
"""What so many candidates say counts half."""

_EMPTY = frozenset(
    "的了是我你他她它们这那有在就都也很吗呢吧啊请您好和与把被个到说要会没不下上来去一"
)
"""Characters that say nothing by themselves."""
_FIRST_CHARACTER = "\u2e80"
"""From here on Unicode has the scripts of East Asia, which put no spaces between words."""


@dataclass(frozen=True, slots=True)
class Described:
    """What is compared of a request, or of one that is about to be made."""

    service_code: str
    description: str
    at: datetime
    building_id: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open request that may be about the same."""

    id: str
    number: str
    state: RequestState
    visibility: Visibility
    supporters: int
    described: Described


@dataclass(frozen=True, slots=True)
class Likely:
    """A candidate, and how likely it is the same: above 0, up to 1."""

    candidate: Candidate
    likeness: float


def may_know(reader: Reader, visibility: Visibility, kind: ServiceType) -> bool:
    """Whether this reader may know what a request of its communities is about, whoever asked.

    What the world may read by Open311, a neighbour may read here. What is confidential is not for
    suggestions: reading it takes a purpose and is put on record.
    """
    if visibility is Visibility.PUBLIC and kind.open311:
        return True
    return reader.reads_all and visibility is not Visibility.CONFIDENTIAL


def likeliest(asked: Described, candidates: Sequence[Candidate]) -> list[Likely]:
    """At most five that are likely the same, the likeliest first."""
    theirs = [grams(each.described.description) for each in candidates]
    weights = _Weights(theirs)
    mine = grams(asked.description)
    found = []
    for candidate, their in zip(candidates, theirs, strict=True):
        likeness = weights.likeness(mine, their) * _setting(asked, candidate.described)
        if likeness >= LIKELY_FROM:
            found.append(Likely(candidate, likeness))
    found.sort(key=lambda likely: (-likely.likeness, likely.candidate.id))
    return found[:SUGGESTED_MAX]


def grams(text: str) -> frozenset[str]:
    """What a text is compared by, width and case of signs aside; of its first 500 characters.

    Of Chinese the characters and the pairs of neighbours, of other words their triples of letters,
    shorter ones whole.
    """
    plain = unicodedata.normalize("NFKC", text[:COMPARED_CHARACTERS_MAX]).casefold()
    found: set[str] = set()
    for kind, signs in groupby(plain, key=_kind):
        run = "".join(signs)
        if kind == "character":
            found.update(run, (one + other for one, other in pairwise(run)))
        elif kind == "letter":
            found.update(run[n : n + 3] for n in range(max(len(run) - 2, 1)))
    return frozenset(found - _EMPTY)


def _kind(sign: str) -> str:
    if not sign.isalnum():
        return "between"
    return "character" if sign >= _FIRST_CHARACTER else "letter"


class _Weights:
    """How much each gram says, by how many of the candidates have it."""

    def __init__(self, all_grams: Iterable[frozenset[str]]) -> None:
        self._seen: Mapping[str, int] = Counter(gram for grams in all_grams for gram in grams)

    def likeness(self, one: frozenset[str], other: frozenset[str]) -> float:
        """From 0 to 1: what both say of what each says, and of what the shorter one says."""
        mine, theirs, both = self._of(one), self._of(other), self._of(one & other)
        if not both:
            return 0.0
        return (2 * both / (mine + theirs) + both / min(mine, theirs)) / 2

    def _of(self, some: frozenset[str]) -> float:
        return sum(1 / (1 + self._seen.get(gram, 0) / COMMON_FROM) for gram in some)


def _setting(one: Described, other: Described) -> float:
    """How far place, time and category speak for the same."""
    age = min(abs(one.at - other.at) / WINDOW, 1)
    category = 1.0 if one.service_code == other.service_code else SAME_GROUP
    return _place(one, other) * category * (1 - (1 - OLDEST) * age)


def _place(one: Described, other: Described) -> float:
    told = []
    if one.building_id is not None and other.building_id is not None:
        told.append(1.0 if one.building_id == other.building_id else OTHER_BUILDING)
    if one.position is not None and other.position is not None:
        beyond = metres_between(one.position, other.position) - NEAR_METRES
        far = min(max(beyond / (FAR_METRES - NEAR_METRES), 0), 1)
        told.append(1 - (1 - FAR_AWAY) * far)
    return max(told, default=UNKNOWN_PLACE)
