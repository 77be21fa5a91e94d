"""All that this service holds about a person, for that person alone (PIPL art. 45: to see and to
copy). One walk through every collection in which somebody can be named, by an index of each but for
cases of mediation, whose parties are sealed and so have to be opened to be known."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services.requests.domain.mediation import Mediation, is_party
from services.requests.domain.proposal import Proposal
from services.requests.domain.request import ServiceRequest
from services.requests.domain.residence import Residence
from services.requests.domain.service_type import Visibility
from services.requests.domain.survey_response import SurveyResponse
from services.requests.service.residence import Residences
from shared.clock import Clock
from shared.errors import Malformed
from shared.readings import Reading, ReadingLog
from shared.store import Page, Store, decode_cursor, encode_cursor

ITEMS_MAX = 200
"""Things in one call; hardly anybody has more in a life."""
CASES_OPENED_MAX = 1_000
READINGS_MAX = 100
PURPOSE = "own_copy"


@dataclass(frozen=True, slots=True)
class Voted:
    """That an entry of a roll has voted; not how: a ballot is secret."""

    roll_id: str
    entry_id: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """What one made of a decision that was carried out."""

    proposal_id: str
    score: int


class Marks(Protocol):
    """Where residents' marks are kept."""

    async def given_by(self, person_id: str, *, cursor: str | None, limit: int) -> Page[Marked]:
        """The marks that this person gave; ``Unavailable``."""


class Votes(Protocol):
    """Where ballots are kept."""

    async def cast_by(self, voter_id: str, *, cursor: str | None, limit: int) -> Page[Voted]:
        """The votes cast for entries that are this person's; ``Unavailable``."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, and where; as the log of readings knows what was read."""

    id: str
    community: str = ""
    version: int = 0


class Part(StrEnum):
    """What there may be, in this order."""

    REQUESTS = "requests"
    SUPPORTED = "supported"
    ANSWERS = "survey_answers"
    PROPOSALS = "proposals"
    SECONDED = "seconded"
    HOMES = "homes"
    VOTES = "votes"
    MARKS = "marks"
    MEDIATIONS = "mediations"


@dataclass(frozen=True, slots=True)
class Export:
    """What was found: of each part what this call had room for."""

    person_id: str
    made_at: datetime
    parts: Mapping[Part, Sequence[Any]]
    readings: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Where people are named."""

    requests: Store[ServiceRequest]
    answers: Store[SurveyResponse]
    proposals: Store[Proposal]
    votes: Votes
    marks: Marks
    residences: Residences
    cases: Store[Mediation]


Find = Callable[[str | None, int], Awaitable[Page[Any]]]


class ExportService:
    """The use case."""

    def __init__(self, held: Held, log: ReadingLog, clock: Clock) -> None:
        self._held = held
        self._log = log
        self._clock = clock

    async def export(
        self, person_id: str, communities: tuple[str, ...], *, cursor: str | None, limit: int
    ) -> Export:
        """What is held about this person in these communities, at most ``limit`` things at once.

        That it was read is on record before it is shown. ``Malformed`` for a cursor that none
        gave; ``Unavailable``.
        """
        part, cursor = _place(cursor)
        for community in communities:
            await self._log.note(Person(person_id, community), by=person_id, purpose=PURPOSE)
        finds = self._finds(person_id, communities)
        found: dict[Part, Sequence[Any]] = {}
        following: str | None = None
        for each in list(Part)[list(Part).index(part) :]:
            left = limit - sum(map(len, found.values()))
            if left <= 0:
                following = encode_cursor(f"{each}:")
                break
            page = await finds[each](cursor, left)
            found[each], cursor = page.items, None
            if page.next_cursor is not None:
                following = encode_cursor(f"{each}:{page.next_cursor}")
                break
        readings = await self._readings(found.get(Part.REQUESTS, ()))
        return Export(person_id, self._clock.now(), found, readings, following)

    def _finds(self, person_id: str, communities: tuple[str, ...]) -> Mapping[Part, Find]:
        held = self._held

        def by(store: Store[Any], field: str) -> Find:
            async def find(cursor: str | None, limit: int) -> Page[Any]:
                return await store.page(
                    {field: person_id}, communities=communities, cursor=cursor, limit=limit
                )

            return find

        async def votes(cursor: str | None, limit: int) -> Page[Voted]:
            return await held.votes.cast_by(person_id, cursor=cursor, limit=limit)

        async def homes(cursor: str | None, limit: int) -> Page[Residence]:
            return await held.residences.of(person_id, cursor=cursor, limit=limit)

        async def marks(cursor: str | None, limit: int) -> Page[Marked]:
            return await held.marks.given_by(person_id, cursor=cursor, limit=limit)

        async def cases(cursor: str | None, _: int) -> Page[Mediation]:
            page = await held.cases.page(
                {"anonymised_at": None},
                communities=communities,
                cursor=cursor,
                limit=CASES_OPENED_MAX,
            )
            return Page(
                [case for case in page.items if is_party(case, person_id)], page.next_cursor
            )

        return {
            Part.REQUESTS: by(held.requests, "requester_id"),
            Part.SUPPORTED: by(held.requests, "supporters"),
            Part.ANSWERS: by(held.answers, "respondent_id"),
            Part.PROPOSALS: by(held.proposals, "proposer_id"),
            Part.SECONDED: by(held.proposals, "seconders"),
            Part.HOMES: homes,
            Part.VOTES: votes,
            Part.MARKS: marks,
            Part.MEDIATIONS: cases,
        }

    async def _readings(self, requests: Sequence[ServiceRequest]) -> dict[str, Sequence[Reading]]:
        """Who read what this person asked for in confidence."""
        return {
            request.id: (await self._log.page(request, cursor=None, limit=READINGS_MAX)).items
            for request in requests
            if request.visibility is Visibility.CONFIDENTIAL
        }


def _place(cursor: str | None) -> tuple[Part, str | None]:
    if cursor is None:
        return Part.REQUESTS, None
    name, colon, inner = decode_cursor(cursor).partition(":")
    if not colon or name not in set(Part):
        raise Malformed("cursor.malformed", pointer="cursor")
    return Part(name), inner or None
