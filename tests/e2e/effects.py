"""What must hold after any number of stories, whatever was killed on the way: each effect once."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from deploy.stories import Stage
from tests.e2e.deployment import Deployment


async def effects_once(stage: Stage, deployment: Deployment) -> None:
    """One work order per incident, one care task per request, one record per task, and every
    event told once: no id twice, no sequence twice or left out."""
    committee, staff = stage.caller("committee"), stage.caller("staff")
    orders = await committee.items("property", "/work-orders", limit=100)
    _once(orders, "incident_id")
    tasks = await staff.items("pairing", "/care-tasks", limit=100)
    _once(tasks, "request_id")
    records = await staff.items("pairing", "/contributions", limit=100)
    _once(records, "care_task_id")
    got = received(deployment)
    assert _twice(each["webhook_id"] for each in got) == []
    assert _twice(each["body"]["id"] for each in got) == []
    assert _twice(f"{each['subject']} {each['sequence']}" for each in got) == []


def _once(items: list[dict[str, Any]], of: str) -> None:
    assert _twice(each[of] for each in items if each[of] is not None) == []


def _twice(values: Any) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def received(deployment: Deployment) -> list[dict[str, Any]]:
    lines = Path(deployment.demo["receiver"]["file"]).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
