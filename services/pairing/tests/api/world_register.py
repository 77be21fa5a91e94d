"""The routes of the register, with what each takes."""

from typing import Any

from shared.testing_web import Route

PERSON: dict[str, Any] = {
    "name": "示例丙",
    "phone": "010-5550 0100",
    "birth_date": "1941-02-03",
    "dwelling_id": "dwl_2",
    "languages": ["cmn"],
}
CONTACT = {"name": "示例丁", "phone": "13800000000", "relation": "child"}
TABLES = {
    "/persons/imports": "external_ref,name\nP-9,示例己\n",
    "/households/imports": "external_ref,dwelling_id,person_ids,categories,risk_level\n"
    "H-9,dwl_3,per_row,hardship,key\n",
}
ROUTES_REGISTER = (
    Route("POST", "/persons/imports", "branch"),
    Route("POST", "/households/imports", "branch"),
    Route("PATCH", "/households/{id}", "branch", {"emergency_contact": CONTACT}),
    Route("POST", "/households/{id}/departure", "branch", {"reason": "moved"}),
    Route("POST", "/households/{id}/anonymisation", "staff", {"reason": "asked_for"}),
    Route("GET", "/households/records", "branch", query="?purpose=review"),
    Route("POST", "/persons", "branch", PERSON),
    Route("GET", "/persons", "branch"),
    Route("GET", "/persons/records", "staff", query="?purpose=review"),
    Route("GET", "/persons/{id}", "branch", query="?purpose=visit"),
    Route("GET", "/persons/{id}/readings", "staff"),
    Route("GET", "/persons/{id}/story", "staff"),
    Route("PATCH", "/persons/{id}", "branch", {"phone": None}),
    Route("POST", "/persons/{id}/departure", "staff"),
    Route("POST", "/persons/{id}/return", "staff", {"dwelling_id": "dwl_1"}),
    Route("POST", "/persons/{id}/erasure", "staff", {"reason": "asked_for"}),
)
