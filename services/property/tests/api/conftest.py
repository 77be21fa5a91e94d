"""The routes over the fakes, and over the real store where it is the store that answers again.

That the use cases behind them hold over both stores is shown in ``tests/service``.
"""

import pytest

from services.property.tests.api.office import Office, routers
from services.property.tests.api.office import office as office_over
from services.property.tests.world import World, fake_world
from shared.clock import SystemClock
from shared.mongo import Documents
from shared.testing_web import web_client


@pytest.fixture
def office() -> Office:
    """The routes over the fakes."""
    return office_over(fake_world())


@pytest.fixture
def real_office(real: World) -> Office:
    """The routes over the real store, which keeps answers to be given again."""
    stores = (real.estate_store, real.incident_store, real.work_order_store)
    estates, incidents, work_orders = stores
    assert isinstance(estates, Documents)
    assert isinstance(incidents, Documents)
    assert isinstance(work_orders, Documents)
    routes = routers(
        real,
        estates=estates.answered,
        incidents=incidents.answered,
        work_orders=work_orders.answered,
    )
    real.clock.moment = SystemClock().now()
    return Office(real, web_client(*routes, ring=real.keys))
