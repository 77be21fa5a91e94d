"""Story three: a lamp is out; the property company mends it, not well at first, then well."""

from dataclasses import dataclass
from typing import Any

from deploy.client import Client
from deploy.demo.estates import EAST
from deploy.demo.people import person_id
from deploy.stories.stage import Stage, expect, here, in_state, words
from shared.clock import new_id

LAMPS = "repair.lighting"


@dataclass(frozen=True, slots=True)
class Mended:
    """What story three left behind."""

    request_id: str
    work_order_id: str


async def repair_to_its_end(stage: Stage) -> Mended:
    """Story three."""
    resident, contractor = stage.caller("resident"), stage.caller("contractor")
    stage.tell("3.title")
    request = await resident.post("requests", "/requests", lamp_body(), key=new_id("try"))
    expect(request["state"] == "assigned", "a repair is on its way at once", request.body)
    expect(request["lead_unit"] == "property", "the company leads", request.body)
    stage.tell("3.submitted", number=request["number"], due_at=here(request["due_at"]))
    path = f"/requests/{request['id']}"

    order = await stage.until(lambda: _order_of(contractor, request["id"]), "the work order")
    expect(order["due_at"] == request["due_at"], "the work is due as promised", order)
    at = f"/work-orders/{order['id']}"
    assignee = {"assignee_id": person_id("worker")}
    await contractor.post("property", f"{at}/assignment", assignee, key=new_id("try"))
    await contractor.post("property", f"{at}/receipt", key=new_id("try"))
    await stage.until(
        in_state(resident, "requests", path, "in_progress"), "the request in progress"
    )
    stage.tell("3.started")

    await contractor.post("property", f"{at}/start", key=new_id("try"))
    await _done(contractor, at)
    await stage.until(in_state(resident, "requests", path, "resolved"), "the request resolved")
    stage.tell("3.resolved")
    await _not_solved(stage, path, at)
    await _done(contractor, at)
    await stage.until(in_state(resident, "requests", path, "resolved"), "it is resolved again")
    stage.tell("3.again")
    await _solved(stage, path, at)
    return Mended(request["id"], order["id"])


def lamp_body() -> dict[str, Any]:
    """The lamp at an entrance, as a resident who passes there tells it."""
    return {
        "service_code": LAMPS,
        "estate_id": EAST.id,
        "building_id": EAST.building_id("3"),
        "description": words("said.lamp"),
    }


async def _not_solved(stage: Stage, path: str, at: str) -> None:
    """The resident says so, which sends the work back and makes the request go on."""
    resident, contractor = stage.caller("resident"), stage.caller("contractor")
    said = {"resolved": "no", "satisfaction": 2}
    reopened = await resident.post("requests", f"{path}/follow-up", said, key=new_id("try"))
    expect(reopened["state"] == "reopened", "not solved reopens it", reopened.body)
    await stage.until(in_state(contractor, "property", at, "on_site"), "the work sent back")
    await stage.until(in_state(resident, "requests", path, "in_progress"), "it goes on")
    stage.tell("3.reopened")


async def _solved(stage: Stage, path: str, at: str) -> None:
    """The resident is content, the committee accepts the work, and the timeline tells it all."""
    resident, committee = stage.caller("resident"), stage.caller("committee")
    said = {"resolved": "yes", "satisfaction": 5}
    closed = await resident.post("requests", f"{path}/follow-up", said, key=new_id("try"))
    expect(closed["state"] == "closed", "solved closes the request", closed.body)
    stage.tell("3.closed")
    accepted = await committee.post("property", f"{at}/acceptance", key=new_id("try"))
    expect(accepted["state"] == "accepted_work", "the work is accepted", accepted.body)
    steps = (await resident.get("requests", f"{path}/timeline"))["items"]
    expect(steps[-1]["code"] == "closed", "the timeline ends with the closure", steps)
    stage.tell("3.timeline", count=len(steps), text=steps[0]["text"])


async def _done(contractor: Client, at: str) -> None:
    note = {"note": words("said.lamp_done")}
    await contractor.post("property", f"{at}/completion", note, key=new_id("try"))


async def _order_of(contractor: Client, request_id: str) -> Any:
    found = await contractor.items("property", "/work-orders", request_id=request_id)
    expect(len(found) <= 1, "a request makes one work order", found)
    return found[0] if found else None
