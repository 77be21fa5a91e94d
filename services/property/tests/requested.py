"""News of residents' requests, and the work that they ask for."""

from datetime import timedelta

from services.property.domain.work_order import WorkOrder
from services.property.domain.work_states import WorkOrderState
from services.property.domain.work_steps import Acceptance, Completion
from services.property.service.viewer import Target
from services.property.tests.samples import COMMUNITY
from services.property.tests.world import CONTRACTOR, World
from shared.envelope import Envelope
from shared.events import Event
from shared.events.requests import (
    RequestAssigned,
    RequestMerged,
    RequestReferred,
    RequestReturned,
    RequestWithdrawn,
)
from shared.testing import heard

S = WorkOrderState
ID = "req_1"
ENDS: dict[str, Event] = {
    "returned": RequestReturned(request_id=ID, reason="wrong_unit", suggested_unit="staff"),
    "withdrawn": RequestWithdrawn(request_id=ID),
    "merged": RequestMerged(request_id=ID, duplicate_of="req_2"),
    "referred": RequestReferred(request_id=ID, to="12345", number=None),
}


async def assigned(
    world: World, *, sequence: int = 3, estate_id: str = "", **changes: object
) -> Envelope:
    """The news that a request is the company's."""
    facts: dict[str, object] = {
        "request_id": ID,
        "unit": "property",
        "service_code": "repair.lift",
        "requester_id": "per_1",
        "estate_id": estate_id or (await world.estate()).id,
        "dwelling_id": None,
        "due_at": world.clock.now() + timedelta(hours=2),
        **changes,
    }
    return told_of(world, RequestAssigned.model_validate(facts), sequence)


def told_of(world: World, event: Event, sequence: int, **facts: object) -> Envelope:
    return heard(
        event,
        "req_1",
        sequence=sequence,
        community=COMMUNITY,
        time=world.clock.now(),
        **facts,
    )


async def orders_asked_for(world: World) -> list[WorkOrder]:
    return await world.work_order_store.find({"request_id": "req_1"})


async def walk(world: World, order_id: str, *steps: str) -> None:
    target = Target(CONTRACTOR, order_id)
    does = {
        "assign": lambda: world.work_orders.assign(target, assignee_id="per_li"),
        "accept": lambda: world.work_doing.accept(target),
        "start": lambda: world.work_doing.start(target),
        "complete": lambda: world.work_doing.complete(target, Completion("mended")),
        "accept_work": lambda: world.work_orders.accept_work(target, Acceptance("per_wang")),
    }
    for step in steps:
        await does[step]()
