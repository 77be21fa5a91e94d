"""Loads the demo data through the HTTP API, as any caller would, and only what is not there yet."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from deploy.client import Client, Refused, until
from deploy.demo import people, posts
from deploy.demo.doings import go_on
from deploy.demo.estates import DemoEstate, estates
from deploy.demo.pairings import acquainted, pair
from deploy.demo.people import DemoHousehold, DemoMember
from deploy.demo.residents import DemoResident, residents
from deploy.demo.size import Size
from shared.clock import SystemClock, new_id

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 16
"""Calls in flight: enough for the write door to form batches, far below any limit."""
EVENT_TYPES = ["property.", "requests."]
COMMITTEE = "管委会"
"""By this description the demo knows its own endpoint again."""


@dataclass(frozen=True, slots=True, repr=False)
class DemoData:
    """What only the services could say: the secrets that they show once."""

    contractor_key: str
    receiver_secret: str
    city_key: str = ""
    """Of a city's client of Open311; none was made by earlier versions."""


async def load(
    urls: Mapping[str, str],
    tokens: Mapping[str, str],
    receiver_url: str,
    size: Size,
    kept: DemoData | None = None,
) -> DemoData:
    """Bring the services to the state of the demo; a second run of one size changes nothing.

    ``tokens`` are those of ``people.tokens``; ``kept`` is what an earlier run gave, whose secrets
    are used again if they still hold. Errors: ``Refused``, ``TooLate`` if a service stays away or
    does not hear of the estates within 30 s.
    """
    async with aiohttp.ClientSession() as session:
        by = {role: Client(session, urls, token) for role, token in tokens.items()}
        places, staff = estates(size), by["staff"]
        await _estates(by["ops"], places)
        await asyncio.gather(*(_heard_by_requests(staff, each.id) for each in places))
        await _branches(staff)
        households = await _households(staff, people.households(size))
        members = await _members(staff, people.members(size))
        await _posts(staff, members)
        # the stories' helper and resident: another matching may fit as well, and part them
        await acquainted(staff, members[people.HELPER], households[people.RESIDENT])
        await pair(staff, households, in_parallel)
        await go_on(by, members, now=SystemClock().now())
        await _residents(staff, residents(size, people.at_home(size)))
        keys = ApiKeys(by["ops"], session, urls)
        known = kept or DemoData("", "")
        key = await keys.one("property", "/incidents", people.api_key_body(), known.contractor_key)
        city = await keys.one("requests", "/requests", people.city_key_body(), known.city_key)
        secret = await _endpoint(by["committee"], receiver_url, kept)
        return DemoData(key, secret, city)


async def _estates(ops: Client, places: Iterable[DemoEstate]) -> None:
    there = {estate["id"] for estate in await ops.items("property", "/estates", limit=100)}
    for estate in places:
        if estate.id not in there:
            await ops.post("property", "/estates", estate.body(), key=f"demo-{estate.code}")


async def _heard_by_requests(staff: Client, estate_id: str) -> None:
    """Ask for something in a dwelling that is nowhere: the refusal says what is known."""
    body = {
        "service_code": "suggestion",
        "estate_id": estate_id,
        "dwelling_id": "dwl_nowhere",
        "description": "demo",
    }

    async def ask() -> bool:
        try:
            await staff.post("requests", "/requests", body, key=new_id("try"))
        except Refused as refused:
            if refused.code not in ("estate.unknown", "dwelling.unknown"):
                raise
            return refused.code == "dwelling.unknown"
        raise AssertionError("a request was taken for a dwelling that is nowhere")

    await until(ask, f"requests to hear of estate {estate_id}")


async def _branches(staff: Client) -> None:
    there = {branch["id"] for branch in await staff.items("pairing", "/branches")}
    for branch in posts.branches():
        if branch.id not in there:
            key = f"demo-branch-{branch.number}"
            await staff.post("pairing", "/branches", branch.body(), key=key)


async def _posts(staff: Client, members: Mapping[int, str]) -> None:
    listed = await staff.items("pairing", "/posts", state="open")
    there = {post["code"]: post for post in listed}
    for post in posts.POSTS:
        key = f"demo-post-{post.code}"
        known = there.get(post.code)
        if known is None:
            known = (await staff.post("pairing", "/posts", post.body(), key=key)).body
        held = {holder["member_id"] for holder in known["holders"]}
        for number in post.holders(len(members)):
            if members[number] not in held:
                path = f"/posts/{known['id']}/appointment"
                holder = {"member_id": members[number]}
                await staff.post("pairing", path, holder, key=f"{key}-{number}")


async def _members(staff: Client, members: Iterable[DemoMember]) -> dict[int, str]:
    listed = await staff.items("pairing", "/members", limit=100)
    there = {member["person_id"]: member["id"] for member in listed}

    async def register(member: DemoMember) -> tuple[int, str]:
        known = there.get(member.person_id)
        if known is None:
            reply = await staff.post(
                "pairing", "/members", member.body(), key=f"demo-member-{member.number}"
            )
            known = reply["id"]
        return member.number, known

    return dict(await in_parallel(register, members))


async def _households(staff: Client, households: Iterable[DemoHousehold]) -> list[str]:
    """Their ids in pairing."""
    listed = await staff.items("pairing", "/households", limit=100)
    there = {household["dwelling_id"]: household for household in listed}

    async def register(household: DemoHousehold) -> str:
        known = there.get(household.dwelling_id) or await _registered(staff, household)
        if known["state"] == "registered":
            await staff.post(
                "pairing",
                f"/households/{known['id']}/consent",
                household.consent(),
                key=f"demo-consent-{household.number}",
            )
        return str(known["id"])

    return await in_parallel(register, households)


async def _registered(staff: Client, household: DemoHousehold) -> Any:
    async def ask() -> Any:
        try:
            reply = await staff.post(
                "pairing",
                "/households",
                household.body(),
                key=f"demo-household-{household.number}",
            )
        except Refused as refused:
            if refused.code != "dwelling.unknown":
                raise
            return None
        return reply.body

    return await until(ask, f"pairing to hear of estate {household.estate_id}")


async def _residents(staff: Client, all_of_them: Iterable[DemoResident]) -> None:
    there = {person["id"] for person in await staff.items("pairing", "/persons", limit=200)}

    async def register(resident: DemoResident) -> None:
        key = f"demo-resident-{resident.number}"
        await staff.post("pairing", "/persons", resident.body(), key=key)

    await in_parallel(register, (each for each in all_of_them if each.person_id not in there))


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Gets the keys of others' systems from operations."""

    ops: Client
    session: aiohttp.ClientSession
    urls: Mapping[str, str]

    async def one(self, service: str, path: str, body: Mapping[str, Any], known: str) -> str:
        """The key that is known if it still holds, which a call of ``path`` shows; else a new one.

        A company has two live keys at most: those whose text was lost make room.
        """
        if known and await self._holds(service, path, known):
            return known
        for each in await self.ops.items(service, "/api-keys"):
            if each["company"] == body["company"] and each["revoked_at"] is None:
                await self.ops.delete(service, f"/api-keys/{each['public_id']}")
        reply = await self.ops.post(service, "/api-keys", body, key=new_id("try"))
        return str(reply["key"])

    async def _holds(self, service: str, path: str, known: str) -> bool:
        try:
            await Client(self.session, self.urls, known).get(service, path, limit=1)
        except Refused as refused:
            if refused.status not in (401, 403):
                raise
            return refused.status == 403  # it is known, and not given to read
        return True


async def _endpoint(committee: Client, receiver_url: str, kept: DemoData | None) -> str:
    listed = await committee.items("notifications", "/endpoints", state="enabled")
    ours = [each for each in listed if each["description"] == COMMITTEE]
    wishes = {"url": receiver_url, "event_types": EVENT_TYPES}
    there = [each for each in ours if wishes.items() <= each.items()]
    for each in ours:
        if each not in there:  # the receiver has moved to another port, or wants more by now
            await committee.delete("notifications", f"/endpoints/{each['id']}")
    if there and kept is not None:
        return kept.receiver_secret
    if there:
        path = f"/endpoints/{there[0]['id']}/secret-rotation"
        reply = await committee.post("notifications", path, {"overlap_hours": 0}, key=new_id("try"))
    else:
        body = {**wishes, "description": COMMITTEE, "ordered": True}
        reply = await committee.post("notifications", "/endpoints", body, key=new_id("try"))
    return str(reply["secret"])


async def in_parallel(act: Callable[[T], Awaitable[R]], things: Iterable[T]) -> list[R]:
    """Act on each, ``AT_ONCE`` at a time; the first failure ends the others and is raised."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> R:
        async with gate:
            return await act(thing)

    tasks = [asyncio.create_task(one(thing)) for thing in things]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
