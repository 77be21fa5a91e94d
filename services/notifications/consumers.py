"""Events in: notifications hears every event of every service, unread."""

from services.notifications.service.fanout import FanOut
from shared.bus import Hearing


def hearings(fan_out: FanOut) -> list[Hearing]:
    """What is heard, and by which use case."""
    return [Hearing.everything(fan_out.hear)]
