"""A replica in a process of its own, which hears one event and works until it is killed.

``python -m services.notifications.tests.victim <store url> <database> <file of the envelope>``
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from services.notifications.tests.rig import Options, rigged
from shared.envelope import open_envelope

LEASE = timedelta(seconds=0.5)


async def main(url: str, name: str, file: str) -> None:
    """Until the process dies."""
    envelope = open_envelope(Path(file).read_bytes())  # noqa: ASYNC240  nothing else runs yet
    async with rigged(url, name, Options(lease=LEASE)) as rig, rig.working():
        await rig.fan_out.hear(envelope)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
