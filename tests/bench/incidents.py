"""Incidents a second, one by one and in batches of 100, beside a bare handler.

Both make the same documents and events, each incident with its event or neither, so that one that
fails undoes no other. A batch is never the same twice: sent again, it would make nothing.
"""

import statistics
from collections.abc import Callable
from itertools import count

from tests.bench import load
from tests.bench.rig import ESTATE, Rig, answers, estate_registered, free_ports
from tests.bench.row import Row

SINGLE, BATCH = "incidents-single", "incidents-batch"
NAMES = (SINGLE, BATCH)
ITEMS = 100
RUNS = 5
SECONDS = 3.0
IN_FLIGHT = {SINGLE: 32, BATCH: 4}
PATHS = {SINGLE: "/incidents", BATCH: "/incidents:batch"}
OURS = "/api/property/v1"

_numbers = count()


def report(external_ref: str) -> str:
    """What a company's system sends."""
    return (
        f'{{"estate_id":"{ESTATE}","kind":"vehicle","severity":2,"external_ref":"{external_ref}",'
        '"text":"A van stands in the fire lane","place":{"note":"north side"}}'
    )


def bodies(row: str, run: str) -> Callable[[], bytes]:
    """Makes a body that was never sent before."""

    def single() -> bytes:
        return report(f"{run}-{next(_numbers)}").encode()

    def batch() -> bytes:
        items = ",".join(report(f"{run}-{next(_numbers)}") for _ in range(ITEMS))
        return f'{{"items":[{items}]}}'.encode()

    return single if row == SINGLE else batch


async def incident_rows(rig: Rig, wanted: set[str]) -> list[Row]:
    """A row for each way; rates are of incidents, latencies of calls."""
    ours_port, bare_port = free_ports(2)
    await rig.service("property", ours_port)
    await estate_registered(rig, ours_port)
    bare = rig.start("bare-incidents", ["tests.bench.bare_incidents", str(bare_port)])
    await answers(f"http://127.0.0.1:{bare_port}/openapi.json", bare)
    headers = {"authorization": f"Bearer {rig.token('contractor')}"}
    rows = []
    for name in NAMES:
        if name in wanted:
            ours, theirs = [], []
            for _ in range(RUNS):
                ours.append(await _run(ours_port, name, OURS, headers))
                theirs.append(await _run(bare_port, name, "", {}))
            rows.append(_row(name, ours, theirs))
    return rows


async def _run(port: int, row: str, prefix: str, headers: dict[str, str]) -> load.Result:
    make = bodies(row, f"{port}")

    def request() -> bytes:
        return load.prepared(prefix + PATHS[row], make(), headers)

    return await load.run(port, request, in_flight=IN_FLIGHT[row], seconds=SECONDS)


def _row(name: str, ours: list[load.Result], bare: list[load.Result]) -> Row:
    each = ITEMS if name == BATCH else 1
    mine = each * statistics.median(result.rate for result in ours)
    theirs = each * statistics.median(result.rate for result in bare)
    middle = sorted(ours, key=lambda result: result.rate)[len(ours) // 2]
    p50, p99 = middle.percentile(0.50), middle.percentile(0.99)
    return Row(name, mine, theirs, mine / theirs, p50, p99)
