"""``linli reseal SERVICE``: seals anew, with the first key, what older keys have sealed."""

import asyncio
from collections import Counter
from typing import Any

import click
from fastapi import FastAPI

from shared.cli.serve import service_module
from shared.cli.words import Words
from shared.mongo import Database, Documents
from shared.mongo.resealing import BATCH, End, reseal

LOOKS_MAX = 5
"""Through all that a service keeps: one that still has the old key in front writes with it."""


def command(words: Words) -> click.Command:
    """The command."""

    @click.command("reseal", help=words.of("cli.help_reseal"))
    @click.argument("service")
    @click.option("--batch", type=click.IntRange(1, 1000), default=BATCH, show_default=True)
    def command(service: str, batch: int) -> None:
        settings = service_module(words, service, "settings").Settings()
        app: FastAPI = service_module(words, service, "app").create_app(settings)
        broken = asyncio.run(_all(app.state.database, words, batch))
        if broken:
            words.fail("cli.reseal_broken", count=broken)
        words.say("cli.resealed")

    return command


async def _all(database: Database, words: Words, batch: int) -> int:
    """How many documents cannot be opened, once everything else bears the first key."""
    try:
        for _ in range(LOOKS_MAX):
            counts = [
                await _collection(documents, name, words, batch)
                for name, documents in database.aggregates.items()
                if documents.anew is not None
            ]
            if not any(moved for moved, _ in counts):
                return sum(broken for _, broken in counts)
        words.fail("cli.reseal_moving")
    finally:
        await database.close()


async def _collection(
    documents: Documents[Any], name: str, words: Words, batch: int
) -> tuple[int, int]:
    """How many were sealed anew or outrun, and how many are broken."""
    after, ends = "", Counter[End]()
    while (done := await reseal(documents, after=after, limit=batch)).ends:
        after = max(done.ends)
        ends.update(done.ends.values())
        for broken in (each for each, end in done.ends.items() if end is End.BROKEN):
            words.say("cli.reseal_one_broken", name=name, id=broken)
    words.say("cli.reseal_looked", name=name, count=ends.total(), sealed=ends[End.SEALED])
    return ends[End.SEALED] + ends[End.OUTRUN], ends[End.BROKEN]
