"""Story one: the property company reports, the committee is told, decides and accepts the work."""

import time
from dataclasses import dataclass
from typing import Any

from deploy.client import Client
from deploy.demo.estates import EAST
from deploy.demo.people import person_id
from deploy.stories.stage import Stage, StoryFailed, expect, here, in_state, words
from shared.clock import new_id

STEPS = (
    "property.incident.reported.v1",
    "property.incident.confirmed.v1",
    "property.work_order.created.v1",
    "property.work_order.assigned.v1",
    "property.incident.activated.v1",
    "property.work_order.accepted.v1",
    "property.work_order.started.v1",
    "property.work_order.completed.v1",
    "property.work_order.work_accepted.v1",
    "property.incident.restored.v1",
    "property.incident.closed.v1",
)
"""What the committee must have been told of one incident when it is closed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What story one left behind; ``told``: the envelopes that the committee got, as they came."""

    incident_id: str
    work_order_id: str
    told: list[dict[str, Any]]


async def company_to_committee(stage: Stage) -> Restored:
    """Story one."""
    contractor, committee = stage.caller("contractor"), stage.caller("committee")
    stage.tell("1.title")
    began = time.monotonic()
    incident_id, correlation_id = await _report(stage, contractor, committee)

    async def told(step: str) -> list[dict[str, Any]]:
        got = stage.received(correlation_id)
        return got if any(each["type"] == step for each in got) else []

    await stage.until(lambda: told(STEPS[0]), "the web hook that reports the incident")
    stage.tell("1.told", milliseconds=round((time.monotonic() - began) * 1000))

    await committee.post("property", f"/incidents/{incident_id}/confirmation", key=new_id("try"))
    order = await stage.until(lambda: _order_of(committee, incident_id), "the work order")
    stage.tell("1.confirmed", due_at=here(order["due_at"]))
    await _work(stage, contractor, committee, incident_id, order["id"])
    await _accept(stage, committee, incident_id, order["id"])

    got = await stage.until(lambda: told(STEPS[-1]), "the web hook that closes the incident")
    check_told(got)
    stage.tell("1.closed", count=len(got))
    return Restored(incident_id, order["id"], got)


def incident_body() -> dict[str, Any]:
    """A blocked fire lane, severity 2, as the property company's system reports it."""
    return {
        "estate_id": EAST.id,
        "kind": "vehicle",
        "severity": 2,
        "text": words("said.incident"),
        "place": {"building_id": EAST.building_id("3"), "note": words("said.place")},
    }


def check_told(got: list[dict[str, Any]]) -> None:
    """``StoryFailed`` unless every step came once, and those of each subject in their order."""
    types = sorted(each["type"] for each in got)
    if types != sorted(STEPS):
        raise StoryFailed(f"the committee was told {types}, not each of {sorted(STEPS)} once")
    for subject in {each["subject"] for each in got}:
        sequences = [each["sequence"] for each in got if each["subject"] == subject]
        if sequences != list(range(1, len(sequences) + 1)):
            raise StoryFailed(f"of {subject} the committee was told in the order {sequences}")


async def _report(stage: Stage, contractor: Client, committee: Client) -> tuple[str, str]:
    body = incident_body() | {"external_ref": new_id("AJ")}
    incident = await contractor.post("property", "/incidents", body, key=new_id("try"))
    path = f"/incidents/{incident['id']}"
    where = incident.headers.get("location", "")
    expect(incident.status == 201 and where.endswith(path), "201 and its place", incident.body)
    stage.tell("1.reported", number=incident["number"])
    # The story that an incident sets off bears the id of its first event (shared/envelope.py).
    steps = await committee.get("property", f"{path}/story")
    return incident["id"], steps["items"][0]["id"]


async def _work(
    stage: Stage, contractor: Client, committee: Client, incident_id: str, order_id: str
) -> None:
    path = f"/work-orders/{order_id}"
    assignee = {"assignee_id": person_id("worker")}
    await contractor.post("property", f"{path}/assignment", assignee, key=new_id("try"))
    active = in_state(committee, "property", f"/incidents/{incident_id}", "active")
    await stage.until(active, "the incident active")
    stage.tell("1.assigned")
    for step, body in (
        ("receipt", None),
        ("start", None),
        ("completion", {"note": words("said.work_done")}),
    ):
        await contractor.post("property", f"{path}/{step}", body, key=new_id("try"))
    stage.tell("1.completed")


async def _accept(stage: Stage, committee: Client, incident_id: str, order_id: str) -> None:
    path = f"/incidents/{incident_id}"
    await committee.post("property", f"/work-orders/{order_id}/acceptance", key=new_id("try"))
    await stage.until(in_state(committee, "property", path, "restored"), "the incident restored")
    stage.tell("1.accepted")
    closed = await committee.post("property", f"{path}/closure", key=new_id("try"))
    expect(closed["state"] == "closed", "the incident is closed", closed.body)


async def _order_of(committee: Client, incident_id: str) -> Any:
    found = await committee.items("property", "/work-orders", incident_id=incident_id)
    expect(len(found) <= 1, "an incident makes one work order", found)
    return found[0] if found else None
