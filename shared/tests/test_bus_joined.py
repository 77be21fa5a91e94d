"""One queue for each event, whoever in the service wants it."""

import pytest

from shared.bus import Hearing, joined
from shared.envelope import Envelope
from shared.errors import AlreadyHeard, Awaited
from shared.events.pairing import CareTaskAccepted
from shared.events.property import EstateRegistered
from shared.testing import estate_registered, heard
from shared.testing_service import deliver

EVENT = estate_registered("dwl_1")


class Hearer:
    """Notes what it hears; raises what it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.heard: list[str] = []
        self.error = error

    async def hear(self, _: EstateRegistered, envelope: Envelope) -> None:
        self.heard.append(envelope.id)
        if self.error is not None:
            raise self.error


async def test_an_event_that_several_want_has_one_hearing_and_reaches_each() -> None:
    first, second, other = Hearer(), Hearer(), Hearer()
    hearings = joined(
        [
            Hearing(EstateRegistered, first.hear),
            Hearing(CareTaskAccepted, other.hear),
            Hearing(EstateRegistered, second.hear),
        ]
    )
    envelope = heard(EVENT, "est_1")

    assert [hearing.event for hearing in hearings] == [EstateRegistered, CareTaskAccepted]
    assert await deliver(hearings, envelope)
    assert (first.heard, second.heard, other.heard) == ([envelope.id], [envelope.id], [])


async def test_one_that_has_heard_it_before_stops_no_other() -> None:
    first, second = Hearer(AlreadyHeard("store.already_heard")), Hearer()
    (hearing,) = joined(Hearing(EstateRegistered, who.hear) for who in (first, second))

    await hearing.handler(EVENT, heard(EVENT, "est_1"))

    assert len(second.heard) == 1


async def test_an_error_of_one_is_the_errors_of_the_hearing() -> None:
    first, second = Hearer(Awaited("store.unavailable")), Hearer()
    (hearing,) = joined(Hearing(EstateRegistered, who.hear) for who in (first, second))

    with pytest.raises(Awaited):
        await hearing.handler(EVENT, heard(EVENT, "est_1"))
    assert second.heard == []


def test_an_event_that_one_wants_keeps_its_handler() -> None:
    hearing = Hearing(EstateRegistered, Hearer().hear)

    assert joined([hearing]) == [hearing]
