"""One queue for each event, whoever in the service wants it."""

import contextlib
from collections.abc import Iterable, Sequence

from shared.bus.topology import Handler, Hearing
from shared.envelope import Envelope
from shared.errors import AlreadyHeard
from shared.events import Event


def joined(hearings: Iterable[Hearing]) -> list[Hearing]:
    """The hearings, those of the same event made one that has it handled by each, in this order.

    An error of one handler ends the handling, and the event comes again to all of them: each is
    to leave alone what it has handled before. That one has (``AlreadyHeard``) stops no other.
    """
    handlers: dict[type[Event] | None, list[Handler]] = {}
    for hearing in hearings:
        handlers.setdefault(hearing.event, []).append(hearing.handler)
    return [
        Hearing(event, wanted[0] if len(wanted) == 1 else _by_each(wanted))
        for event, wanted in handlers.items()
    ]


def _by_each(handlers: Sequence[Handler]) -> Handler:
    async def handle(event: Event, envelope: Envelope) -> None:
        for handler in handlers:
            with contextlib.suppress(AlreadyHeard):
                await handler(event, envelope)

    return handle
