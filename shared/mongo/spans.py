"""Spans of Beijing's calendar as MongoDB writes them, to group by."""

from typing import Any


def spans(field: str) -> dict[str, Any]:
    """By name: the day, ISO week, month, quarter and year of a stored moment, as expressions."""
    when = {"date": f"${field}", "timezone": "Asia/Shanghai"}

    def written(form: str) -> dict[str, Any]:
        return {"$dateToString": {**when, "format": form}}

    quarter = {"$toString": {"$ceil": {"$divide": [{"$month": when}, 3]}}}
    return {
        "day": written("%Y-%m-%d"),
        "week": written("%G-W%V"),
        "month": written("%Y-%m"),
        "quarter": {"$concat": [written("%Y-Q"), quarter]},
        "year": written("%Y"),
    }
