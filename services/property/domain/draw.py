"""Drawing lots (抽签) so that anybody can check it, with SHA-256 and the published facts alone.

Before anybody enters, the digest of a secret seed is public. When the list is closed, the digest
of the entrants is public. At the draw, witnesses may say numbers, which nobody
could know before. Then the seed is public, and each entrant's ticket is::

    SHA-256( "linli-draw-1|" seed "|" numbers, by comma "|" digest of the list "|" entrant's id )

in UTF-8, written in hexadecimal. The smallest ticket comes first, then the next: all orders are
equally likely to who does not know the seed, and who knows it cannot choose the numbers.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SCHEME = "linli-draw-1"
SEED_SIGNS = "0123456789abcdef"
SEED_LENGTH = 64
"""Hexadecimal: 256 bits."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An entrant's place is that of its ticket among all in their order."""

    entrant_id: str
    ticket: str


def commitment_of(seed: str) -> str:
    """What is published of the seed beforehand: SHA-256 of its text, in hexadecimal."""
    return _digest(seed)


def list_digest_of(entrant_ids: Iterable[str]) -> str:
    """What binds the list: SHA-256 of the ids in their alphabetical order, by line feed."""
    return _digest("\n".join(sorted(entrant_ids)))


def tickets(seed: str, numbers: Sequence[str], entrant_ids: Sequence[str]) -> list[Ticket]:
    """All entrants in the order of the draw; whatever order they are given in."""
    listed = list_digest_of(entrant_ids)
    drawn = [
        Ticket(each, _digest("|".join((SCHEME, seed, ",".join(numbers), listed, each))))
        for each in entrant_ids
    ]
    return sorted(drawn, key=lambda ticket: (ticket.ticket, ticket.entrant_id))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
