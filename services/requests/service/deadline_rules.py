"""The deadline rules of each community: asked at every submission, changed now and then."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from services.requests.domain.deadline import Promise
from services.requests.domain.deadline_rules import (
    DEFAULT_RULES,
    DeadlineRules,
    change,
    promise_of,
)
from services.requests.domain.service_type import SlaClass
from shared.clock import Clock, derived_id
from shared.errors import NotFound
from shared.store import Store, check_seen

FRESH_FOR = timedelta(seconds=2)
"""How long a change made by another process may stay unseen here."""
COMMUNITIES_REMEMBERED_MAX = 1_000


@dataclass(slots=True)
class _Known:
    rules: DeadlineRules
    read_at: datetime
    promises: dict[tuple[SlaClass, date], Promise] = field(default_factory=dict)
    """Made once a day: which holidays a promise bears depends on the day alone."""


class DeadlineRulesService:
    """The use cases. What one process changes it sees at once, others within two seconds.

    Each: ``Unavailable``.
    """

    def __init__(self, store: Store[DeadlineRules], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def promise(self, community: str, sla_class: SlaClass) -> Promise:
        """What the community promises to whoever asks now."""
        now = self._clock.now()
        known = self._known.get(community)
        if known is None or now - known.read_at >= FRESH_FOR:
            known = await self._read(community)
        key = (sla_class, now.date())
        found = known.promises.get(key)
        if found is None:
            found = promise_of(known.rules, sla_class, at=now)
            known.promises[key] = found
        return found

    async def get(self, community: str) -> DeadlineRules:
        """The rules as they are now, or the default."""
        return (await self._read(community)).rules

    async def change(
        self, community: str, wanted: DeadlineRules, *, seen: int | None
    ) -> DeadlineRules:
        """The next version, unless nothing is different.

        ``Stale`` if ``seen`` has moved on; ``Invalid`` if it is not sound.
        """
        wanted = replace(wanted, id=_id(community), community=community)
        known = await self.get(community)
        check_seen(replace(known, id=wanted.id), seen)
        changed = change(known, wanted)
        if changed is None:
            return known
        rules, events = changed
        saved = await self._store.save(rules, events)
        self._known.pop(community, None)
        return saved

    async def _read(self, community: str) -> _Known:
        now = self._clock.now()
        known = self._known.get(community)
        if known is not None:
            known.read_at = now  # whoever comes while this one asks need not ask, too
        try:
            rules = await self._store.get(_id(community))
        except NotFound:
            rules = DEFAULT_RULES
        if known is None or known.rules != rules:
            if len(self._known) >= COMMUNITIES_REMEMBERED_MAX:
                self._known.clear()
            known = self._known[community] = _Known(rules, now)
        known.read_at = now
        return known


def _id(community: str) -> str:
    """One document for each community, so that of two who change the default one wins."""
    return derived_id("dlr", community)
