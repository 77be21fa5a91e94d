"""Story two: a resident asks, the household's own helper does it, the branch confirms it."""

from dataclasses import dataclass
from typing import Any

from deploy.client import Client
from deploy.demo.people import asking
from deploy.stories.stage import Stage, expect, here, in_state, words
from shared.clock import new_id


@dataclass(frozen=True, slots=True)
class Helped:
    """What story two left behind."""

    request_id: str
    care_task_id: str
    contribution_id: str


async def resident_to_helper(stage: Stage) -> Helped:
    """Story two."""
    resident, member = stage.caller("resident"), stage.caller("member")
    stage.tell("2.title")
    request = await resident.post("requests", "/requests", request_body(), key=new_id("try"))
    expect(request.status == 201, "the request", request.body)
    expect(request["state"] == "assigned", "a care request is assigned at once", request.body)
    stage.tell("2.submitted", number=request["number"])
    path = f"/requests/{request['id']}"

    task = await stage.until(lambda: _offered(member, request["id"]), "the offer to the helper")
    stage.tell("2.offered")
    await member.post("pairing", f"/care-tasks/{task['id']}/acceptance", key=new_id("try"))
    await stage.until(
        in_state(resident, "requests", path, "in_progress"), "the request in progress"
    )
    stage.tell("2.started")

    report = {"note": words("said.help_done"), "minutes": 40}
    await member.post("pairing", f"/care-tasks/{task['id']}/completion", report, key=new_id("try"))
    resolved = await stage.until(
        in_state(resident, "requests", path, "resolved"), "the request resolved"
    )
    stage.tell("2.resolved", follow_up_due_at=here(resolved["follow_up_due_at"]))

    said = {"resolved": "yes", "satisfaction": 5}
    closed = await resident.post("requests", f"{path}/follow-up", said, key=new_id("try"))
    expect(closed["state"] == "closed", "solved closes the request", closed.body)
    stage.tell("2.closed")
    contribution_id = await _credit(stage, member, task["id"])
    return Helped(request["id"], task["id"], contribution_id)


def request_body() -> dict[str, Any]:
    """Shopping to be carried, as a resident of a care household asks for it."""
    home = asking()
    return {
        "service_code": "care.shopping",
        "estate_id": home.estate_id,
        "dwelling_id": home.dwelling_id,
        "description": words("said.request"),
        "visibility": "staff",
    }


async def _credit(stage: Stage, member: Client, task_id: str) -> str:
    draft = await stage.until(lambda: _drafted(member, task_id), "the draft of the helper's record")
    path = f"/contributions/{draft['id']}"
    await member.post("pairing", f"{path}/submission", key=new_id("try"))
    stage.tell("2.drafted")
    branch = stage.caller("branch")
    confirmed = await branch.post("pairing", f"{path}/confirmation", key=new_id("try"))
    expect(confirmed["state"] == "confirmed", "the record is confirmed", confirmed.body)
    expect((confirmed["points"] or 0) > 0, "it earns points", confirmed.body)
    stage.tell("2.confirmed", points=confirmed["points"], rule_version=confirmed["rule_version"])
    return str(draft["id"])


async def _offered(member: Client, request_id: str) -> Any:
    offers = await member.items("pairing", "/care-tasks", state="offered")
    return next((each for each in offers if each["request_id"] == request_id), None)


async def _drafted(member: Client, task_id: str) -> Any:
    drafts = await member.items("pairing", "/contributions", state="draft")
    found = [each for each in drafts if each["care_task_id"] == task_id]
    expect(len(found) <= 1, "a care task makes one record", found)
    return found[0] if found else None
