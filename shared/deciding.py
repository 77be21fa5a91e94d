"""Load, decide, save: the one loop behind every use case that changes an aggregate."""

from collections.abc import Awaitable, Callable, Sequence

from shared.errors import Stale
from shared.events import Event
from shared.store import A, Store, check_seen

STALE_TRIES = 5
"""The same as the bus gives to an event (messaging.md, section 4)."""


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

    async def save(aggregate: A) -> A:
        return await store.save(*decide(aggregate))

    return await written(load, save, seen=seen)


async def written(
    load: Callable[[], Awaitable[A]],
    write: Callable[[A], Awaitable[A]],
    *,
    seen: int | None,
    tries: int = STALE_TRIES,
) -> A:
    """The same where more than deciding and saving is to be done with what was loaded.

    ``tries``: more where many are expected to want the same at one moment.
    """
    tries_left = tries
    while True:
        aggregate = await load()
        check_seen(aggregate, seen)
        tries_left -= 1
        try:
            return await write(aggregate)
        except Stale:
            if seen is not None or not tries_left:
                raise
