"""The stories of the platform, told by HTTP from outside, each step looked at before the next.

Every step waits for its condition with a deadline, so a story that ends has shown that everything
arrived. Told by ``make up``, in the smoke test of the images and, under faults, in ``tests/e2e``.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp

from deploy.stories.company import company_to_committee
from deploy.stories.neighbours import neighbours_reconciled
from deploy.stories.repair import repair_to_its_end
from deploy.stories.resident import resident_to_helper
from deploy.stories.stage import Say, Stage, StoryFailed

__all__ = [
    "Say",
    "Stage",
    "StoryFailed",
    "company_to_committee",
    "neighbours_reconciled",
    "repair_to_its_end",
    "resident_to_helper",
    "run",
]


async def run(demo: Mapping[str, Any], say: Say) -> None:
    """Tell them all with what ``.local/demo.json`` holds.

    Errors: ``Refused`` and ``TooLate`` of ``deploy.client``, and ``StoryFailed``, say at which step
    and why.
    """
    async with aiohttp.ClientSession() as session:
        stage = Stage(session, demo, say)
        await company_to_committee(stage)
        await resident_to_helper(stage)
        await repair_to_its_end(stage)
        await neighbours_reconciled(stage)
