"""Many incidents at once: each by itself, in order, and none twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.property.domain.incident import Incident, Report
from services.property.domain.incident_report import same
from services.property.service.incident import IncidentService, owner_of_refs
from services.property.service.viewer import Viewer
from shared.bulk import Bulk, Outcome
from shared.errors import Conflict, Invalid
from shared.store import Store

ITEMS_MAX = 100
"""In one call (``webhooks.md`` section 11)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One report of a batch; ``number`` is its place, from 0."""

    number: int
    external_ref: str
    estate_id: str
    report: Report


class IncidentBatchService:
    """Reports what a company's system has gathered."""

    def __init__(self, store: Store[Incident], incidents: IncidentService) -> None:
        self._store = store
        self._incidents = incidents

    async def load(self, viewer: Viewer, items: Sequence[Item]) -> list[Outcome[Incident]]:
        """An incident for each item whose reference is new; in the order of the items.

        One that was reported before with the same words is known; with others it is refused by
        ``Conflict`` ``incident.ref_reused``. What is wrong with an item hinders no other.
        ``Unavailable``: what is done by then is done, and is found when it is sent again.
        """

        async def there(some: Sequence[Item]) -> Mapping[int, Incident]:
            return await self._there(viewer, some)

        async def make(item: Item) -> Incident:
            return await self._incidents.report(viewer, item.estate_id, item.report)

        outcomes = await Bulk(there, make).load(items)
        by_number = {item.number: item for item in items}
        return [await self._checked(viewer, by_number[each.number], each) for each in outcomes]

    async def _there(self, viewer: Viewer, items: Sequence[Item]) -> dict[int, Incident]:
        """What was reported before, of what the viewer sees."""
        owners: dict[str, dict[str, Any]] = {}
        for estate_id in {item.estate_id for item in items}:
            try:
                owners[estate_id] = owner_of_refs(await self._incidents.plan(viewer, estate_id))
            except Invalid:
                continue  # said of each of its items when they are made
        found: dict[int, Incident] = {}
        for owner in {tuple(owner.items()) for owner in owners.values()}:
            theirs = [item for item in items if owners.get(item.estate_id) == dict(owner)]
            refs = {"$in": [item.external_ref for item in theirs]}
            known = await self._store.find({**dict(owner), "external_ref": refs}, limit=ITEMS_MAX)
            by_ref = {one.external_ref: one for one in known if viewer.sees(one)}
            found |= {i.number: by_ref[i.external_ref] for i in theirs if i.external_ref in by_ref}
        return found

    async def _checked(
        self, viewer: Viewer, item: Item, outcome: Outcome[Incident]
    ) -> Outcome[Incident]:
        known = outcome.thing
        if known is None or not outcome.known:
            return outcome
        fault: Exception = Conflict("incident.ref_reused", incident_id=known.id)
        try:
            plan = await self._incidents.plan(viewer, item.estate_id)
            if same(known, plan, item.report):
                return outcome
        except Invalid as invalid:
            fault = invalid
        return replace(outcome, thing=None, known=False, fault=fault)
