"""Story four: a resident brings a dispute in, both parties agree to be helped, and settle it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from deploy.client import Client
from deploy.demo.people import RESIDENT, asking, person_id
from deploy.stories.stage import Stage, expect, here, in_state, refused, words
from shared.clock import SystemClock, new_id

STRANGERS = ("committee", "staff", "resident", "member")
"""Who may not read the case: not even the one who brought it in."""
FORBIDDEN, NOT_THERE, OVER = 403, 404, 409
A_MOMENT = timedelta(minutes=1)
"""The service's clock need not be ours, and nothing is kept that is still to come."""

TOLD_OF_NOISE = ["requests.request.submitted.v1", "requests.request.withdrawn.v1"]
"""What a web hook tells of a request that is taken back at once."""


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
    await _fulfilled(mediator, at)
    stage.tell("4.fulfilled")
    await _in_confidence(stage, path, at)

    await _rated(stage, path)
    stage.tell("4.closed")
    await _nobody_told(stage, path)
    stage.tell("4.untold")
    return Reconciled(request["id"], case["id"])


def dispute_body() -> dict[str, Any]:
    """Water from upstairs, as the resident below tells it."""
    home = asking()
    return {
        "service_code": "neighbour.dispute",
        "estate_id": home.estate_id,
        "dwelling_id": home.dwelling_id,
        "description": words("said.dispute"),
    }


def noise_body() -> dict[str, Any]:
    """A quarrel that is no secret yet, of the same resident, for the dispatcher."""
    return dispute_body() | {"service_code": "noise", "description": words("said.noise")}


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


async def _fulfilled(mediator: Client, at: str) -> None:
    for step in ("performance", "fulfilment"):
        await mediator.post("requests", f"{at}/{step}", key=new_id("try"))


async def _in_confidence(stage: Stage, path: str, at: str) -> None:
    """Only the mediators and the branch secretary read the case, and who does is on record."""
    for who in STRANGERS:
        call = stage.caller(who).get("requests", at, purpose="supervision")
        await refused(call, FORBIDDEN, f"{who} may not read the case")
    call = stage.caller("committee").get("requests", path)
    await refused(call, NOT_THERE, "for the committee there is no such request")
    readings = await stage.caller("branch").items("requests", f"{at}/readings")
    by = {each["by"] for each in readings}
    expect(by == {person_id("mediator")}, "each reading of the mediator on record", readings)
    stage.tell("4.read", readings=len(readings))


async def _rated(stage: Stage, path: str) -> None:
    """The requester answers by the link that is sent on, once, without signing in."""
    link = await stage.caller("staff").get("requests", f"{path}/follow-up-link")
    said = {"resolved": "yes", "satisfaction": "4"}
    await stage.guest().fill("requests", link["path"], said)
    closed = await stage.caller("resident").get("requests", path)
    expect(closed["state"] == "closed", "solved closes the request", closed.body)
    again = stage.guest().fill("requests", link["path"], said)
    await refused(again, OVER, "a link answers once")


async def _nobody_told(stage: Stage, path: str) -> None:
    """The committee hears of what the resident asks next, and so has heard all it ever will of
    the dispute: nothing."""
    resident = stage.caller("resident")
    other = await resident.post("requests", "/requests", noise_body(), key=new_id("try"))
    after = f"/requests/{other['id']}"
    await resident.post("requests", f"{after}/withdrawal", key=new_id("try"))
    dispute, noise = await _first_event(resident, path), await _first_event(resident, after)

    async def told() -> bool:
        return len(stage.received(noise)) == len(TOLD_OF_NOISE)

    await stage.until(told, "the web hooks of a request that is no secret")
    types = [each["type"] for each in stage.received(noise)]
    expect(types == TOLD_OF_NOISE, "the committee is told of it in order", types)
    of_dispute = stage.received(dispute)
    expect(of_dispute == [], "no web hook tells of the dispute", of_dispute)


async def _first_event(caller: Client, path: str) -> str:
    """Its id is borne by all that follows from it (``shared/envelope.py``)."""
    story = await caller.get("requests", f"{path}/story")
    return str(story["items"][0]["id"])


async def _parties(mediator: Client, at: str) -> list[str]:
    case = await mediator.get("requests", at, purpose="handling")
    return [party["id"] for party in case["parties"]]
