"""``python -m tests.bench [--rows ROWS] [--save]``: measure, print, keep."""

import argparse
import asyncio
import json
import os
import platform
import re
import signal
import sys
from dataclasses import asdict
from datetime import date

import uvloop

from deploy.local.fetch import ROOT
from tests.bench.access import NAMES as ACCESS
from tests.bench.coverage import NAMES as COVERAGE
from tests.bench.grab import NAME as GRAB
from tests.bench.growth import NAMES as GROWTH
from tests.bench.incidents import NAMES as INCIDENTS
from tests.bench.matching import NAMES as MATCHING
from tests.bench.plans import NAME as PLANS
from tests.bench.rig import rig
from tests.bench.row import Row
from tests.bench.rows import GROUPS, measure
from tests.bench.visits import NAMES as VISITS

JSON_FILE = ROOT / ".local" / "bench.json"
TABLE_FILE = ROOT / "docs" / "bench.md"
FALLS_BACK = 0.85
RED, PLAIN = "\033[31m", "\033[0m"

AT_LEAST = {
    "post-vs-transaction": "2.5, aim at 3.5",
    "post-vs-noop": "0.45, aim at 0.65",
    "consume-vs-transaction": "3.0",
    "relay-vs-publish": "0.5",
    "post-to-webhook": "below 20 ms",
    **{name: "-" if name.startswith("rates-year") else "near 1" for name in GROWTH},
    PLANS: "5",
    **dict.fromkeys(VISITS, "-"),
    **{name: "near 1" if name == "coverage-kept" else "-" for name in COVERAGE},
    **dict.fromkeys(MATCHING, "-"),
    **dict.fromkeys(INCIDENTS, "2"),
    **dict.fromkeys(ACCESS, "near 1"),
    GRAB: "-",
}


def wanted_rows(names: str) -> set[str]:
    """Rows and groups by name, all of them for nothing; ends the program for an unknown one."""
    rows: set[str] = set()
    for name in re.split(r"[,\s]+", names.strip()) if names.strip() else list(GROUPS):
        members = GROUPS.get(name) or ((name,) if name in AT_LEAST else ())
        if not members:
            known = ", ".join([*GROUPS, *AT_LEAST])
            sys.exit(f"bench: there is no row or group '{name}'; there are: {known}")
        rows.update(members)
    return rows


def figure(value: float | None, digits: int = 2) -> str:
    """A number as the table shows it."""
    return "-" if value is None else f"{value:,.{digits}f}"


def line(row: Row) -> str:
    """A row of the Markdown table, which is what is printed too."""
    unit = row.unit if row.unit == "/s" else f" {row.unit}"
    digits = 0 if row.unit == "/s" else 1
    ours = f"{figure(row.ours, digits)}{unit}"
    bare = "-" if row.bare is None else f"{figure(row.bare, digits)}{unit}"
    cells = (row.row, ours, bare, figure(row.ratio), AT_LEAST[row.row])
    return f"| {' | '.join((*cells, figure(row.p50_ms), figure(row.p99_ms)))} |"


HEAD = "| row | ours | bare | ratio | at least | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|"


def committed(text: str) -> dict[str, float]:
    """Each row's score in the committed table: its ratio, or one over its milliseconds."""
    scores: dict[str, float] = {}
    for row in text.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) == 7 and cells[0] in AT_LEAST:
            ratio = cells[3]
            scores[cells[0]] = float(ratio) if ratio != "-" else 1 / float(cells[5])
    return scores


def score(row: Row) -> float:
    """Higher is better: the ratio, or one over the milliseconds."""
    return row.ratio if row.ratio is not None else 1 / row.ours


def merged(rows: list[Row], committed: str) -> list[str]:
    """The lines of the table: those measured now, and as they were those that were not."""
    lines = {row.row: line(row) for row in rows}
    for kept in committed.splitlines():
        name = kept.strip("|").split("|")[0].strip()
        if name in AT_LEAST:
            lines.setdefault(name, kept)
    return [lines[name] for name in AT_LEAST if name in lines]


def save(rows: list[Row]) -> None:
    """The committed table, with machine and date."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    text = (
        "# Speed\n\nBy `make bench SAVE=1`: ours beside what a careful engineer would write without"
        " us, in one run;\nmedians of alternating runs, 32 in flight, one process each, uvloop."
        " The rows: `tests/bench/rows.py`;\nthe bare alternatives: `tests/bench/bare.py`."
        " How requests answers as its collection grows\n(`tests/bench/growth.py`): bare is the same"
        " question at 1,000 requests. Coverage\n(`tests/bench/coverage.py`): of one community, kept"
        " and counted after a change, in a city of 7,000;\nbare is the same without the city; and"
        " how many communities are counted a second.\nIncidents (`tests/bench/incidents.py`): a"
        " second, in calls of one and of 100; p50 and p99 are of calls.\n\n"
        f"Machine: {machine}. Date: {date.today().isoformat()}.\n\n{HEAD}\n"  # noqa: DTZ011
    )
    before = TABLE_FILE.read_text("utf-8") if TABLE_FILE.is_file() else ""
    TABLE_FILE.write_text(text + "\n".join(merged(rows, before)) + "\n", "utf-8")


async def run(wanted: set[str]) -> list[Row]:
    """Measure with brokers of this run's own; told to end, stop what was started first."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with rig() as made:
        return await measure(made, wanted)


def main() -> None:
    """Measure, print the table, write what was asked for."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--rows", default="", help="rows or groups, by comma; all if not given")
    parser.add_argument("--save", action="store_true", help="write docs/bench.md")
    options = parser.parse_args()
    rows = uvloop.run(run(wanted_rows(options.rows)))
    before = committed(TABLE_FILE.read_text("utf-8")) if TABLE_FILE.is_file() else {}
    sys.stdout.write(HEAD + "\n")
    for row in rows:
        fell = score(row) < FALLS_BACK * before.get(row.row, 0.0)
        text = f"{RED}{line(row)}  fell back{PLAIN}" if fell else line(row)
        sys.stdout.write(text + "\n")
    JSON_FILE.parent.mkdir(exist_ok=True)
    kept = [{k: v for k, v in asdict(row).items() if k != "unit"} for row in rows]
    JSON_FILE.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    if options.save:
        save(rows)


if __name__ == "__main__":
    main()
