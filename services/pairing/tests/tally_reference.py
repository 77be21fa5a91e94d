"""The figures once more, slowly and by the words of their definition: what the store is checked by.

It shares no code with what it checks, but for the words of questions and answers.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from services.pairing.domain.contribution import Contribution, ContributionState
from services.pairing.domain.tally import Dimension, Figures, Question, Row
from shared.store import Store

ALL = 1_000_000


def reference(records: Iterable[Contribution], question: Question) -> list[Row]:
    """The figures of every key that there is."""
    found: dict[tuple[str, ...], list[Contribution]] = {}
    for record in records:
        if _asked_for(record, question):
            key = tuple(_value(record, dimension) for dimension in question.by)
            found.setdefault(key, []).append(record)
    return [
        Row(
            key,
            Figures(
                records=len(those),
                minutes=sum(each.minutes or 0 for each in those),
                amount_fen=sum(each.amount_fen or 0 for each in those),
                points=sum(each.points or 0 for each in those),
            ),
        )
        for key, those in found.items()
    ]


class ReferenceTallies:
    """Keeps what ``Tallies`` promises, over any store."""

    def __init__(self, store: Store[Contribution]) -> None:
        self._store = store

    async def rows(self, question: Question, *, limit: int) -> list[Row]:
        return reference(await self._store.find({}, limit=ALL), question)[:limit]

    async def states(self, member_id: str) -> dict[ContributionState, int]:
        records = await self._store.find({}, limit=ALL)
        return dict(Counter(each.state for each in records if each.member_id == member_id))


def _asked_for(record: Contribution, question: Question) -> bool:
    if record.state is not ContributionState.CONFIRMED:
        return False
    if not question.period.since <= record.done_at < question.period.until:
        return False
    return (
        record.community in question.communities
        and question.branch_id in (None, record.branch_id)
        and question.member_id in (None, record.member_id)
        and question.kind in (None, record.kind)
    )


def _value(record: Contribution, dimension: Dimension) -> str:
    day = _in_beijing(record.done_at)
    values: dict[str, Any] = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day:%Y}-Q{[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][day.month - 1]}",
        "year": f"{day:%Y}",
        "kind": record.kind.value,
        "member": record.member_id,
        "branch": record.branch_id,
        "community": record.community,
    }
    value: str = values[dimension.value]
    return value


def _in_beijing(at: datetime) -> datetime:
    """No summer time since 1991."""
    return at.replace(tzinfo=None) + timedelta(hours=8)
