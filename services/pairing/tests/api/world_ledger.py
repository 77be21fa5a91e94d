"""The routes of the ledger of contributions, with what they take."""

from typing import Any

from shared.testing_web import Route

REPORT: dict[str, Any] = {"kind": "meeting", "done_on": "2026-11-20", "minutes": 90}
OTHER: dict[str, Any] = {"reason": "other"}
PLEDGE: dict[str, Any] = {
    "measure": "minutes",
    "target": 600,
    "first_on": "2026-11-01",
    "last_on": "2026-12-31",
}
OCTOBER = {"first_on": "2026-10-01", "last_on": "2026-10-31"}
ONE = "/contributions/{id}"

LEDGER_ROUTES = (
    Route("GET", "/points-rules", "member"),
    Route("POST", "/points-rules", "staff", {"since": "2030-01-01T00:00:00+08:00"}),
    Route("POST", "/contributions", "member", REPORT),
    Route("POST", "/contributions/confirmations", "branch", {"items": [{"contribution_id": "x"}]}),
    Route("POST", f"{ONE}/submission", "member"),
    Route("POST", f"{ONE}/confirmation", "branch"),
    Route("POST", f"{ONE}/return", "branch", OTHER),
    Route("POST", f"{ONE}/question", "branch", OTHER),
    Route("POST", f"{ONE}/revocation", "branch"),
    Route("DELETE", f"{ONE}/question", "staff"),
    Route("POST", "/pledges", "member", PLEDGE),
    Route("POST", "/pledges/{id}/withdrawal", "member"),
    Route("POST", "/pledges/{id}/reminder", "branch"),
    Route("POST", "/exemplars", "branch"),
    Route("GET", "/exemplars", "member"),
    Route("GET", "/exemplars/{id}", "member"),
    Route("POST", "/exemplars/{id}/withdrawal", "staff"),
    Route("GET", "/exemplar-candidates", "staff", query="?first_on=2026-10-01&last_on=2026-10-31"),
    Route("POST", "/thanks", "branch"),
    Route("GET", "/thanks", "member"),
    Route("GET", "/handbook", "member"),
    Route("GET", "/handbook/records", "member"),
    Route("GET", "/contribution-statements", "branch", query="?by=kind"),
    *(
        Route("GET", f"/{noun}{rest}", "member")
        for noun in ("contributions", "pledges")
        for rest in ("", "/{id}", "/{id}/story")
    ),
)
"""Every one of them; whom one names or thanks is filled in."""


def named(route: Route, member_id: str) -> dict[str, Any] | None:
    """What a route takes that is about this member; None if it is about none."""
    bodies = {"/exemplars": OCTOBER, "/thanks": {"words": "辛苦了"}}
    if route.method != "POST" or route.path not in bodies:
        return None
    return {"member_id": member_id, **bodies[route.path]}
