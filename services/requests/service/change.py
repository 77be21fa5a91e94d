"""Load, decide, save: the one loop behind every use case that changes an aggregate."""

from collections.abc import Awaitable, Callable, Sequence

from shared.errors import Stale
from shared.events import Event
from shared.store import A, Aggregate, Store

STALE_TRIES = 5
"""The same as the bus gives to an event (messaging.md, section 4)."""


def check_seen(aggregate: Aggregate, seen: int | None) -> None:
    """Passes if this is the version that was decided on, or none was told; else ``Stale``."""
    if seen is not None and seen != aggregate.version:
        raise Stale("store.stale", id=aggregate.id, seen=seen, version=aggregate.version)


async def changed(
    store: Store[A],
    load: Callable[[], Awaitable[A]],
    decide: Callable[[A], tuple[A, Sequence[Event]]],
    *,
    seen: int | None,
) -> A:
    """The aggregate as saved; who did not say what he decided on is decided for again if outrun.

    Raises what ``load`` and ``decide`` raise; ``Stale`` if ``seen`` has moved on.
    """
    tries_left = STALE_TRIES
    while True:
        aggregate = await load()
        check_seen(aggregate, seen)
        aggregate, events = decide(aggregate)
        tries_left -= 1
        try:
            return await store.save(aggregate, events)
        except Stale:
            if seen is not None or not tries_left:
                raise
