"""`make demo-data`: the demo into a platform that runs already, for instance a detached one."""

import asyncio
import os
from pathlib import Path

from deploy.client import Refused, TooLate
from deploy.demo.prepare import DEMO_FILE, prepare
from deploy.local.options import demo_size
from deploy.local.record import Record
from deploy.local.words import Halt, say


def demo_data(home: Path) -> int:
    """Load what is not there yet and write `demo.json` with fresh tokens; halts if nothing runs."""
    record = Record.load(home)
    if record is None or not record.alive or not record.urls:
        raise Halt("demo.nothing_runs")
    size = demo_size(os.environ)
    urls = dict(record.urls)
    receiver = urls.pop("receiver")
    try:
        asyncio.run(prepare(home, urls, receiver, size))
    except (Refused, TooLate) as error:
        raise Halt("up.story_failed", reason=error, log=home / "log") from None
    say("demo.done", file=home / DEMO_FILE)
    return 0
