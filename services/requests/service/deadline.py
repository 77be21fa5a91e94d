"""What time brings to requests: whatever is due to be told, ended or closed."""

from services.requests.domain.alarm import tick
from services.requests.domain.request import ServiceRequest
from shared.alarms import Alarms
from shared.clock import Clock
from shared.store import Order, Store

BY_ALARM = Order((("alarm_at", 1),), ids=1)


class DeadlineService(Alarms[ServiceRequest]):
    """Looks at requests whose alarm has come."""

    def __init__(self, store: Store[ServiceRequest], clock: Clock) -> None:
        super().__init__(store, clock, field="alarm_at", tick=tick)
