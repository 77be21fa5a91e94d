"""The demonstration inside `docker compose`: loads the sample data, then tells the stories.

`docker compose --env-file deploy/demo.env run --rm demo`; again is no fault. What it leaves
(tokens, the contractor's key, examples to send) is `demo.json` in the volume that it shares with
the sample receiver.
"""

import asyncio
import os
import sys
from pathlib import Path

import click

from deploy import stories
from deploy.client import Refused, TooLate
from deploy.demo.prepare import prepare
from deploy.demo.size import Size
from deploy.init import SERVICES

HOME = Path("/run/demo")
RECEIVER = "http://receiver:8010"


async def show() -> None:
    """The stories on running services; ``Refused``, ``TooLate`` or ``StoryFailed`` says where.

    ``ValueError`` for a size that is none.
    """
    urls = {service: f"http://{service}:8000" for service in SERVICES}
    demo = await prepare(HOME, urls, RECEIVER, Size.read(os.environ))
    await stories.run(demo, click.echo)


def main() -> int:
    """0 when all stories have ended well, else 1 and one line saying what was wrong."""
    try:
        asyncio.run(show())
    except (Refused, TooLate, ValueError, stories.StoryFailed) as error:
        click.echo(f"demo: {error}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
