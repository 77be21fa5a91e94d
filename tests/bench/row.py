"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; rates per second, or milliseconds where there is no bare."""

    row: str
    ours: float
    bare: float | None
    ratio: float | None
    p50_ms: float | None
    p99_ms: float | None
    unit: str = "/s"
