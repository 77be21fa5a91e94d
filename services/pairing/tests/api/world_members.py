"""The routes of branches, members, posts and teams, with what they take."""

from typing import Any

from shared.testing_web import Route

NAMES: dict[str, Any] = {"name_zh": "示例", "name_en": "Example"}
POST: dict[str, Any] = {**NAMES, "code": "safety", "request_categories": ["care"]}
SOMEBODY: dict[str, Any] = {"member_id": "mem_x"}
"""The member's own id is filled in."""
TABLE = "person_id,branch_id\nper_row,brn_1\n"

MEMBER_ROUTES = (
    Route("POST", "/members/imports", "branch"),
    Route("GET", "/member-loads", "branch"),
    Route("PATCH", "/members/{id}", "member"),
    Route("POST", "/members/{id}/absence", "member", {"until": None}),
    Route("POST", "/members/{id}/return", "member"),
    Route("POST", "/members/{id}/departure", "branch"),
    Route("POST", "/members/{id}/rejoining", "branch"),
    Route("POST", "/branches", "staff", NAMES),
    Route("PUT", "/branches/{id}", "staff", NAMES),
    Route("POST", "/posts", "staff", POST),
    Route("PUT", "/posts/{id}", "staff", NAMES),
    Route("POST", "/posts/{id}/appointment", "branch", SOMEBODY),
    Route("POST", "/posts/{id}/release", "branch", SOMEBODY),
    Route("POST", "/posts/{id}/closure", "staff"),
    Route("POST", "/teams", "branch", {"branch_id": "brn_1", "name": "示例"}),
    Route("PUT", "/teams/{id}", "branch", {"name": "示例"}),
    Route("POST", "/teams/{id}/joining", "branch", SOMEBODY),
    Route("POST", "/teams/{id}/leaving", "branch", SOMEBODY),
    Route("POST", "/teams/{id}/closure", "branch"),
    *(
        Route("GET", f"/{noun}{rest}", "member")
        for noun in ("branches", "posts", "teams")
        for rest in ("", "/{id}", "/{id}/story")
    ),
)
"""Every one of them but those that all nouns have; what is changed of a member is filled in."""
