"""Gives a service a new key to seal with, or takes away those that nothing bears any more.

`python -m deploy.rotate SERVICE add` puts a new key in front, the others stay; `... drop` leaves
the first one alone. Between the two, `linli reseal SERVICE` seals everything with the first one:
see docs/operations.md. The file is replaced whole, so that a service finds it before or after.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from deploy.init import Refused, sealing_key, write
from shared.sealing import read_keys

ROOT: Final = Path("/run/linli")
FILES: Final = {
    "pairing": "pairing/care_keys",
    "property": "property/register_keys",
    "requests": "requests/case_keys",
}
ACTIONS: Final = ("add", "drop")
NUMBERED: Final = re.compile(r"k[1-9][0-9]{0,8}")
KEYS_MAX: Final = 5
"""More than two say that nobody drops them."""


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Do it; 1 if it cannot be done, 2 if wrongly asked."""
    match arguments:
        case [service, action] if service in FILES and action in ACTIONS:
            pass
        case _:
            print(f"rotate: {'|'.join(FILES)} {'|'.join(ACTIONS)}", file=sys.stderr)  # noqa: T201
            return 2
    path = root / FILES[service]
    try:
        ids = add(path) if action == "add" else drop(path)
    except (Refused, OSError, ValueError) as error:
        print(f"rotate: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"rotate: keys of {service}, the one that seals first: {', '.join(ids)}")  # noqa: T201
    return 0


def add(path: Path) -> list[str]:
    """Put a new key in front; the ids of all, in order. ``Refused`` beyond five."""
    text = path.read_text("utf-8").strip()
    ids = list(read_keys(text, named=True))
    if len(ids) >= KEYS_MAX:
        raise Refused(f"{path} has {len(ids)} keys: reseal, then drop the old ones")
    # Never an id of before: what an old backup holds must not be taken for this key's.
    name = f"k{max([1, *(int(each[1:]) for each in ids if NUMBERED.fullmatch(each))]) + 1}"
    write(path, f"{name}={sealing_key()},{text}")
    return [name, *ids]


def drop(path: Path) -> list[str]:
    """Leave the first key alone; its id."""
    first = path.read_text("utf-8").strip().split(",")[0]
    ids = list(read_keys(first, named=True))
    write(path, first)
    return ids


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
