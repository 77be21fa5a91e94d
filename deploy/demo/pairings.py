"""The demo's pairings, as a branch would come by them: worked out, accepted, agreed to, begun.

Two of the stories know each other already (``acquainted``). Nobody else is paired by the loader:
who helps whom is what a matching proposes; it leaves those as they are who have somebody.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from deploy.client import Client, Refused, until
from shared.clock import new_id

TRIES_MAX = 5
"""Matchings asked for: another one that began meanwhile may take the place of the demo's."""
AHEAD = ("requested", "computing")
STEPS = {"proposed": "consent", "consented": "activation"}
"""What brings a pairing on from each state until it is active; staff record what both sides say."""
OVER = ("declined", "ended")

Each = Callable[
    [Callable[[Mapping[str, Any]], Awaitable[None]], Iterable[Mapping[str, Any]]],
    Awaitable[Sequence[None]],
]
"""Does something to each, some at a time."""


async def pair(staff: Client, household_ids: Iterable[str], each: Each) -> None:
    """Bring all these households to a pairing that is active; who has one keeps it.

    Errors: ``Refused``; ``TooLate``; ``AssertionError`` if matching leaves one of them alone.
    """
    wanted = set(household_ids)
    for _ in range(TRIES_MAX):
        listed = await _live(staff)
        alone = wanted - {one for pairing in listed for one in pairing["household_ids"]}
        if not alone:
            break
        await _matched(staff)
    else:
        raise AssertionError(f"matching found nobody for {len(alone)} households")

    async def begun(pairing: Mapping[str, Any]) -> None:
        while step := STEPS.get(pairing["state"]):
            path = f"/pairings/{pairing['id']}/{step}"
            pairing = (await staff.post("pairing", path, key=f"demo-{pairing['id']}-{step}")).body

    await each(begun, listed)


async def acquainted(staff: Client, helper_id: str, household_id: str) -> None:
    """Propose the pairing of these two, unless the household has somebody."""
    if any(household_id in pairing["household_ids"] for pairing in await _live(staff)):
        return
    body = {"mode": "one_one", "helper_ids": [helper_id], "household_ids": [household_id]}
    await staff.post("pairing", "/pairings", body, key=f"demo-pairing-{household_id}")


async def _live(staff: Client) -> list[Any]:
    listed = await staff.items("pairing", "/pairings", limit=100)
    return [pairing for pairing in listed if pairing["state"] not in OVER]


async def _matched(staff: Client) -> None:
    """Ask for a matching, accept all of it, and wait until that is carried out."""
    asked = await staff.post("pairing", "/matchings", {}, key=new_id("try"))
    matching = await _worked_out(staff, asked["id"])
    if matching["state"] != "proposed":
        return
    path = f"/matchings/{matching['id']}"
    try:
        await staff.post("pairing", f"{path}/acceptance", {}, key=new_id("try"))
    except Refused as refused:
        if refused.code != "matching.wrong_state":  # another took its place at this moment
            raise
        return

    async def carried_out() -> bool:
        return not (await staff.get("pairing", path))["being_carried_out"]

    await until(carried_out, "the pairings of the matching")


async def _worked_out(staff: Client, matching_id: str) -> Any:
    """The matching once it proposes something, or the one that stands in its place."""

    async def ask() -> Any:
        nonlocal matching_id
        found = (await staff.get("pairing", f"/matchings/{matching_id}")).body
        matching_id = found["superseded_by"] or matching_id
        over = found["state"] not in AHEAD and found["superseded_by"] is None
        return found if over else None

    return await until(ask, "a matching")
