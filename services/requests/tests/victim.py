"""A process that makes anonymous what is due, to be killed on the way."""

import asyncio
import sys

from services.requests.tests.privacy_harness import privacy_harness_over
from shared.mongo import Database


async def main(mongo_url: str, mongo_name: str) -> None:
    """One round over this database."""
    database = Database(mongo_url, mongo_name)
    harness = await privacy_harness_over(database)
    await harness.anonymity.sweep()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
