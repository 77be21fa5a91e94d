"""Story four: a resident brings a dispute in, both parties agree to be helped, and settle it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from deploy.client import Client, Refused
from deploy.demo.people import RESIDENT, households, person_id
from deploy.stories.stage import Stage, expect, here, in_state, words
from shared.clock import SystemClock, new_id

FORBIDDEN = 403
A_MOMENT = timedelta(minutes=1)
"""The service's clock need not be ours, and nothing is kept that is still to come."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What story four left behind."""

    request_id: str
    mediation_id: str


async def neighbours_reconciled(stage: Stage) -> Reconciled:
    """Story four."""
    resident, branch = stage.caller("resident"), stage.caller("branch")
    mediator = stage.caller("mediator")
    stage.tell("4.title")
    request = await resident.post("requests", "/requests", dispute_body(), key=new_id("try"))
    expect(request["state"] == "assigned", "a dispute goes to mediation at once", request.body)
    expect(request["visibility"] == "confidential", "it is confidential", request.body)
    stage.tell("4.submitted", number=request["number"])
    path = f"/requests/{request['id']}"

    case = await stage.until(lambda: _case_of(branch, request["id"]), "the case of the dispute")
    at = f"/mediations/{case['id']}"
    await _appointed(branch, mediator, at)
    stage.tell("4.appointed")
    accepted = await _accepted(mediator, at)
    await stage.until(
        in_state(resident, "requests", path, "in_progress"), "the request in progress"
    )
    stage.tell("4.accepted", term_ends_at=here(accepted["term_ends_at"]))

    await _agreed(mediator, at)
    await stage.until(in_state(resident, "requests", path, "resolved"), "the request resolved")
    stage.tell("4.agreed")
    await _fulfilled(stage, mediator, branch, at)

    said = {"resolved": "yes", "satisfaction": 4}
    closed = await resident.post("requests", f"{path}/follow-up", said, key=new_id("try"))
    expect(closed["state"] == "closed", "solved closes the request", closed.body)
    stage.tell("4.closed")
    return Reconciled(request["id"], case["id"])


def dispute_body() -> dict[str, Any]:
    """Water from upstairs, as the resident below tells it."""
    home = households()[RESIDENT]
    return {
        "service_code": "neighbour.dispute",
        "estate_id": home.estate_id,
        "dwelling_id": home.dwelling_id,
        "description": words("said.dispute"),
    }


async def _case_of(branch: Client, request_id: str) -> Any:
    cases = await branch.items("requests", "/mediations", state="registered")
    return next((each for each in cases if each["request_id"] == request_id), None)


async def _appointed(branch: Client, mediator: Client, at: str) -> None:
    mediators = {"mediator_ids": [person_id("mediator")]}
    await branch.put("requests", f"{at}/mediators", mediators, key=new_id("try"))
    below = {"side": "applicant", "name": words("said.downstairs")}
    above = {"side": "respondent", "name": words("said.upstairs")}
    parties = {"parties": [{**below, "person_id": person_id("resident", RESIDENT)}, above]}
    await mediator.put("requests", f"{at}/parties", parties, key=new_id("try"))


async def _accepted(mediator: Client, at: str) -> Any:
    for party_id in await _parties(mediator, at):
        consent = {"party_id": party_id, "method": "spoken"}
        await mediator.post("requests", f"{at}/consents", consent, key=new_id("try"))
    return await mediator.post("requests", f"{at}/acceptance", key=new_id("try"))


async def _agreed(mediator: Client, at: str) -> None:
    now = (SystemClock().now() - A_MOMENT).isoformat()
    parties = await _parties(mediator, at)
    session = {"at": now, "party_ids": parties, "note": words("said.session")}
    agreement = {"form": "written", "text": words("said.agreement"), "signed_at": now}
    for step, body in (("opening", None), ("sessions", session), ("agreement", agreement)):
        await mediator.post("requests", f"{at}/{step}", body, key=new_id("try"))


async def _fulfilled(stage: Stage, mediator: Client, branch: Client, at: str) -> None:
    for step in ("performance", "fulfilment"):
        await mediator.post("requests", f"{at}/{step}", key=new_id("try"))
    readings = await branch.items("requests", f"{at}/readings")
    expect(len(readings) >= 2, "the mediator's readings are on record", readings)
    try:
        shown = await stage.caller("committee").get("requests", at, purpose="supervision")
    except Refused as refused:
        expect(refused.status == FORBIDDEN, "the committee may not read it", refused)
    else:
        expect(False, "the committee may not read it", shown.body)
    stage.tell("4.fulfilled", readings=len(readings))


async def _parties(mediator: Client, at: str) -> list[str]:
    case = await mediator.get("requests", at, purpose="handling")
    return [party["id"] for party in case["parties"]]
