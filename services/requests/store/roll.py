"""Rolls and their ballots in MongoDB: a plain record for each entry, sealed when the vote closes.

A record holds ``roll_id``, ``entry_id``, ``voter_id``, ``sealed`` and, once cast, ``choice``,
``channel``, ``by`` and ``at``. Each changes in one conditional write, so an entry votes at most
once, and no ballot is taken after its record was sealed: what is counted then is final.
"""

from collections.abc import Sequence
from typing import Any

from services.requests.domain.ballot import (
    Ballot,
    BallotChannel,
    Choice,
    KeptEntry,
    RollEntry,
    Tally,
)
from services.requests.service.export import Voted
from shared.mongo import Database, Index, Record, Records
from shared.store import Page, decode_cursor, encode_cursor

COLLECTION = "ballots"

INDEXES = (
    Index((("roll_id", 1), ("entry_id", 1)), unique=True, name="entry"),
    Index((("roll_id", 1), ("choice", 1)), name="choice"),
    Index((("roll_id", 1), ("voter_id", 1)), name="voter"),
    Index((("voter_id", 1), ("_id", 1)), partial={"voter_id": {"$gt": ""}}, name="person"),
)
VOTER_ENTRIES_MAX = 50


class RollRecords:
    """Keeps what ``Rolls`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def freeze(self, roll_id: str, roll: Sequence[RollEntry]) -> None:
        """Keep the whole roll; nobody has voted yet."""
        await self._records.insert_many(
            [
                {
                    "_id": _id(roll_id, entry.id),
                    "roll_id": roll_id,
                    "entry_id": entry.id,
                    "voter_id": entry.voter_id,
                    "sealed": False,
                    "choice": None,
                }
                for entry in roll
            ]
        )

    async def forget(self, roll_id: str) -> None:
        """See ``Rolls.forget``."""
        await self._records.delete({"roll_id": roll_id})

    async def get(self, roll_id: str, entry_id: str) -> KeptEntry | None:
        """One entry, or None."""
        found = await self._records.get(_id(roll_id, entry_id))
        return None if found is None else _entry(found)

    async def cast(self, roll_id: str, ballot: Ballot) -> bool:
        """Keep the ballot; False if its entry has voted, is sealed, or is not on the roll."""
        free = {"_id": _id(roll_id, ballot.entry_id), "sealed": False, "choice": None}
        said = {
            "choice": ballot.choice.value,
            "channel": ballot.channel.value,
            "by": ballot.by,
            "at": ballot.at,
        }
        return await self._records.update(free, {"$set": said})

    async def seal(self, roll_id: str) -> None:
        """From now on no entry of this roll takes a ballot."""
        await self._records.update_many(
            {"roll_id": roll_id, "sealed": False}, {"$set": {"sealed": True}}
        )

    async def cast_so_far(self, roll_id: str) -> int:
        """How many entries have voted."""
        choices = {"$in": [choice.value for choice in Choice]}
        return await self._records.count({"roll_id": roll_id, "choice": choices})

    async def tally(self, roll_id: str) -> Tally:
        """The ballots counted; final once the roll is sealed."""
        counted = {
            choice: await self._records.count({"roll_id": roll_id, "choice": choice.value})
            for choice in Choice
        }
        return Tally(counted[Choice.FOR], counted[Choice.AGAINST], counted[Choice.ABSTAIN])

    async def of_voter(self, roll_id: str, voter_id: str) -> list[KeptEntry]:
        """The entries that this person may cast online, at most 50."""
        where = {"roll_id": roll_id, "voter_id": voter_id}
        found = await self._records.find(where, limit=VOTER_ENTRIES_MAX)
        return [_entry(record) for record in found]

    async def cast_by(self, voter_id: str, *, cursor: str | None, limit: int) -> Page[Voted]:
        """See ``Votes.cast_by``."""
        where: dict[str, Any] = {"voter_id": voter_id, "choice": {"$ne": None}}
        if cursor is not None:
            where["_id"] = {"$gt": decode_cursor(cursor)}
        fields = {"roll_id": 1, "entry_id": 1, "channel": 1, "at": 1}
        found = await self._records.find(where, limit=limit + 1, fields=fields)
        votes = [
            Voted(each["roll_id"], each["entry_id"], each["channel"], each["at"]) for each in found
        ]
        more = len(found) > limit
        return Page(votes[:limit], encode_cursor(found[limit - 1]["_id"]) if more else None)

    async def page(self, roll_id: str, *, cursor: str | None, limit: int) -> Page[KeptEntry]:
        """One page of the roll, by entry id."""
        where: dict[str, Any] = {"roll_id": roll_id}
        if cursor is not None:
            where["entry_id"] = {"$gt": decode_cursor(cursor)}
        found = await self._records.find(where, sort=(("entry_id", 1),), limit=limit + 1)
        entries = [_entry(record) for record in found[:limit]]
        more = len(found) > limit
        return Page(entries, encode_cursor(entries[-1].entry.id) if more else None)


def rolls(database: Database) -> RollRecords:
    """The collection of rolls."""
    return RollRecords(database.records(COLLECTION, indexes=INDEXES))


def _id(roll_id: str, entry_id: str) -> str:
    return f"{roll_id}:{entry_id}"


def _entry(record: Record) -> KeptEntry:
    entry = RollEntry(record["entry_id"], record["voter_id"])
    if record["choice"] is None:
        return KeptEntry(entry, None)
    choice, channel = Choice(record["choice"]), BallotChannel(record["channel"])
    return KeptEntry(entry, Ballot(entry.id, choice, channel, record["by"], record["at"]))
