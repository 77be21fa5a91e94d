"""Fakes that keep the promises, for tests that need no store.

``shared/tests/test_store.py`` runs one suite of promises over ``FakeStore`` and the real one.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Generic

import pytest
from pydantic import TypeAdapter

from shared.clock import Clock, new_id
from shared.envelope import CALL, Call, Envelope, Origin, seal
from shared.errors import AlreadyHeard, NotFound, Stale, WrongState
from shared.events import Event
from shared.events.property import BuildingFacts, EntranceFacts, EstateRegistered
from shared.readings import Reading
from shared.store import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    A,
    Order,
    Page,
    Place,
    check_seen,
    decode_cursor,
    encode_cursor,
)
from shared.testing_queries import comes_after, has_place, in_order, matches, place_of


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment that it was set to."""
        return self.moment

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by


@dataclass
class FakeReadings:
    """Keeps a log of readings in memory."""

    kept: list[Reading] = field(default_factory=list)

    async def add(self, reading: Reading) -> None:
        """See ``Readings.add``."""
        self.kept.append(reading)

    async def add_all(self, readings: Sequence[Reading]) -> None:
        """See ``Readings.add_all``."""
        self.kept += readings

    async def page(self, subject_id: str, *, cursor: str | None, limit: int) -> Page[Reading]:
        """See ``Readings.page``."""
        last = None if cursor is None else decode_cursor(cursor)
        found = [
            each
            for each in sorted(self.kept, key=lambda reading: reading.id, reverse=True)
            if each.subject_id == subject_id and (last is None or each.id < last)
        ]
        following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
        return Page(found[:limit], following)


@dataclass
class _Kept(Generic[A]):
    aggregate: A
    correlation: str
    story: list[Envelope] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)


@cache
def _codec_of(kind: type[Any]) -> TypeAdapter[Any]:
    """The same for all stores of a kind: it takes longer to make than most tests to run."""
    return TypeAdapter(kind)


class FakeStore(Generic[A]):
    """Keeps aggregates in memory; ``told`` has every envelope ever committed, in order."""

    def __init__(
        self, kind: type[A], *, source: str = "/linli/test", clock: Clock | None = None
    ) -> None:
        self.told: list[Envelope] = []
        self._codec: TypeAdapter[A] = _codec_of(kind)
        self._source = source
        self._clock = clock or FakeClock()
        self._kept: dict[str, _Kept[A]] = {}

    async def get(
        self,
        id: str,  # noqa: A002
        *,
        communities: Sequence[str] | None = None,
        seen: int | None = None,
        handling: Envelope | None = None,
    ) -> A:
        """See ``Store.get``."""
        kept = self._one(id, communities)
        if handling is not None and handling.id in kept.heard:
            raise AlreadyHeard("store.already_heard", id=id, event=handling.id)
        check_seen(kept.aggregate, seen)
        return copy.deepcopy(kept.aggregate)

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        order: Order = OLDEST_FIRST,
        skip: int = 0,
        limit: int = 100,
    ) -> list[A]:
        """See ``Store.find``."""
        found = self._ordered(where, order)[skip : skip + limit]
        return [copy.deepcopy(kept.aggregate) for _, kept in found]

    async def page(
        self,
        where: Mapping[str, Any],
        *,
        communities: Sequence[str],
        order: Order = NEWEST_FIRST,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[A]:
        """See ``Store.page``."""
        after = order.place(cursor) if cursor is not None else None
        rows = [
            (place, kept)
            for place, kept in self._ordered({**where, "community": {"$in": communities}}, order)
            if after is None or comes_after(order, place, after)
        ]
        more = len(rows) > limit
        items = [copy.deepcopy(kept.aggregate) for _, kept in rows[:limit]]
        return Page(items, order.cursor(rows[limit - 1][0]) if more else None)

    async def save(
        self, aggregate: A, events: Sequence[Event], *, handling: Envelope | None = None
    ) -> A:
        """See ``Store.save``."""
        if not events:
            raise ValueError("a change that nobody is told of: save needs at least one event")
        kept = self._kept.get(aggregate.id)
        version = kept.aggregate.version if kept else 0
        if kept is not None and handling is not None and handling.id in kept.heard:
            raise AlreadyHeard("store.already_heard", id=aggregate.id, event=handling.id)
        if version != aggregate.version:
            raise Stale("store.stale", id=aggregate.id, seen=aggregate.version, version=version)
        ids = [new_id("evt") for _ in events]
        if kept is None:
            kept = _Kept(aggregate, handling.correlationid if handling else ids[0])
        envelopes = self._sealed(aggregate, events, ids, kept, handling)
        kept.aggregate = self._as_stored(
            replace(aggregate, version=version + len(events))  # type: ignore[type-var]
        )
        kept.story += envelopes
        if handling is not None:
            kept.heard.add(handling.id)
        self._kept[aggregate.id] = kept
        self.told += envelopes
        answer = CALL.get().answer
        if answer is not None:
            answer.stored = True
        return copy.deepcopy(kept.aggregate)

    async def story(
        self,
        id: str,  # noqa: A002
        *,
        communities: Sequence[str] | None = None,
    ) -> list[Envelope]:
        """See ``Store.story``."""
        return list(self._one(id, communities).story)

    def _sealed(
        self,
        aggregate: A,
        events: Sequence[Event],
        ids: list[str],
        kept: _Kept[A],
        handling: Envelope | None,
    ) -> list[Envelope]:
        origin = Origin(
            self._source,
            aggregate.id,
            aggregate.community,
            kept.correlation,
            handling.id if handling else None,
        )
        return [
            seal(
                event,
                origin,
                event_id=ids[n],
                time=self._clock.now(),
                sequence=aggregate.version + n + 1,
            )
            for n, event in enumerate(events)
        ]

    def _as_stored(self, aggregate: A) -> A:
        """Through the codec and back, so that what the real store cannot keep fails here too."""
        return self._codec.validate_python(self._codec.dump_python(aggregate))

    def _one(self, id: str, communities: Sequence[str] | None) -> _Kept[A]:  # noqa: A002
        kept = self._kept.get(id)
        if kept is None or (
            communities is not None and kept.aggregate.community not in communities
        ):
            raise NotFound("store.not_found", id=id)
        return kept

    def _ordered(self, where: Mapping[str, Any], order: Order) -> list[tuple[Place, _Kept[A]]]:
        """What matches, in this order, each with its place."""
        rows = []
        for kept in self._kept.values():
            stored = self._codec.dump_python(kept.aggregate)
            stored["updated_at"] = kept.story[-1].time
            if matches(stored, where) and has_place(stored, order):
                rows.append((place_of(stored, order), kept))
        return in_order(rows, order)


@contextmanager
def refused_by_table(noun: str, state: StrEnum, action: StrEnum) -> Iterator[None]:
    """What is done here is refused by the noun's table, in the words of its labels."""
    with pytest.raises(WrongState) as caught:
        yield
    assert caught.value.code == f"{noun}.wrong_state"
    assert caught.value.facts == {"state": f"{noun}.{state}", "action": f"{noun}.{action}"}


@contextmanager
def called(actor: str = "per_test", **facts: Any) -> Iterator[Call]:
    """Run on behalf of somebody, as the web would have it."""
    call = Call(actor=actor, **facts)
    token = CALL.set(call)
    try:
        yield call
    finally:
        CALL.reset(token)


def estate_registered(*dwelling_ids: str, estate_id: str = "est_1") -> EstateRegistered:
    """Property's news of an estate with one entrance, which other services keep a copy of."""
    entrance = EntranceFacts(entrance_id="ent_1", code="1", dwelling_ids=dwelling_ids)
    building = BuildingFacts(
        building_id="bld_1", code="1", entrances=(entrance,), lat=39.917, long=116.483
    )
    return EstateRegistered(
        estate_id=estate_id,
        code="hm-1",
        management="contractor",
        contractor_id="con_1",
        buildings=(building,),
        title="红庙东院",
    )


def heard(event: Event, subject: str, **facts: Any) -> Envelope:
    """An envelope around an event, as the bus would hand it to a use case."""
    given: dict[str, Any] = {
        "id": new_id("evt"),
        "source": f"/linli/{event.type.split('.')[0]}",
        "type": event.type,
        "subject": subject,
        "time": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        "community": "hongmiao",
        "actor": "per_test",
        "sequence": 1,
        "data": event.model_dump(mode="json"),
        **facts,
    }
    given.setdefault("correlationid", given["id"])
    return Envelope.model_validate(given)
