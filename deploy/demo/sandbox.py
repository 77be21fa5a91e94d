"""The sandbox: a community of its own, in which integrators try out what they have written.

It has one small estate and one company. No figures count what is reported there:
``shared.sandbox``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from deploy.client import Client
from deploy.demo.estates import DemoEstate
from deploy.demo.load import ApiKeys
from shared.auth import Grant, SigningKey, issue_token
from shared.sandbox import SANDBOX

COMPANY = "cmp_sandbox"
ESTATE = DemoEstate("SB", "联调小区", 1, COMPANY, 39.9160, 116.4700, community=SANDBOX)
TOKEN_DAYS = 90
SCOPES = (
    "property:bulletin:read",
    "property:estate:read",
    "property:incident:manage",
    "property:incident:read",
    "property:incident:report",
    "property:photo:read",
    "property:photo:upload",
    "property:work_order:manage",
    "property:work_order:read",
)


def tokens(key: SigningKey, *, now: datetime) -> dict[str, str]:
    """A bearer token for each role that the sandbox needs, good for ``TOKEN_DAYS``."""
    return {
        role: issue_token(
            key,
            Grant(
                person=f"per_sandbox_{role}",
                roles=(role,),
                communities=(SANDBOX,),
                company=COMPANY if role == "contractor" else None,
            ),
            now=now,
            lifetime=timedelta(days=TOKEN_DAYS),
        )
        for role in ("ops", "committee", "contractor")
    }


def key_body() -> dict[str, Any]:
    """What an integrator's key may do: all that a company's system may, in the sandbox alone."""
    return {"company": COMPANY, "scopes": list(SCOPES), "communities": [SANDBOX]}


async def load_sandbox(
    urls: Mapping[str, str], key: SigningKey, *, now: datetime, known: str = ""
) -> dict[str, Any]:
    """Bring the sandbox to where integrators begin, and say what they need; twice is no fault.

    ``known``: the key that an earlier run gave, which is used again if it still holds. Errors:
    ``Refused``.
    """
    held = tokens(key, now=now)
    async with aiohttp.ClientSession() as session:
        ops = Client(session, urls, held["ops"])
        there = {each["id"] for each in await ops.items("property", "/estates", limit=100)}
        if ESTATE.id not in there:
            await ops.post("property", "/estates", ESTATE.body(), key="sandbox-estate")
        api_key = await ApiKeys(ops, session, urls).one("property", "/incidents", key_body(), known)
    return {
        "community": SANDBOX,
        "estate_id": ESTATE.id,
        "building_id": ESTATE.building_id("1"),
        "property": urls["property"],
        "notifications": urls["notifications"],
        "key": api_key,
        "tokens": held,
    }
