"""What Open311's clients get to see, as trees of facts in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.requests.api.open311_format import Tree
from services.requests.domain.attribute import Attribute
from services.requests.domain.publication import (
    Note,
    Status,
    Step,
    blanked,
    changed_at,
    status_of,
    steps_of,
    told_to_all,
)
from services.requests.domain.request import Channel, RequestState, ServiceRequest
from services.requests.domain.service_type import ServiceType
from services.requests.service.open311 import Progress, Published
from shared.texts import Lang, label, text

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
SINCE = "2026-11-24"
"""When this endpoint was first as it is."""
EXTENDED = {
    # As FixMyStreet reads them (perllib/Open311.pm, map_state).
    RequestState.ON_HOLD: "ACTION_SCHEDULED",
    RequestState.RESOLVED: "FIXED",
    RequestState.REOPENED: "REOPEN",
    RequestState.REJECTED: "NO_FURTHER_ACTION",
    RequestState.MERGED: "DUPLICATE",
    RequestState.REFERRED: "NOT_COUNCILS_RESPONSIBILITY",
    RequestState.WITHDRAWN: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class About:
    """What discovery says of this endpoint; without ``url`` it is where the caller found us."""

    url: str | None = None
    contact: str | None = None
    production: bool = False


def discovery(about: About, kinds: Iterable[ServiceType], lang: Lang) -> Tree:
    """Where the endpoint is and whom to ask for a key.

    Versions of types only grow, so a change of any of them makes a later changeset.
    """
    changeset = f"{SINCE} {sum(kind.version for kind in kinds):06}"
    endpoint: Tree = {
        "specification": SPECIFICATION,
        "url": about.url,
        "changeset": changeset,
        "type": "production" if about.production else "test",
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": changeset,
        "contact": about.contact or text("open311.contact", lang),
        "key_service": text("open311.key_service", lang),
        "endpoints": [endpoint],
    }


def service(kind: ServiceType, lang: Lang) -> Tree:
    """One of the service list."""
    return {
        "service_code": kind.code,
        "service_name": _in(lang, kind.name_zh, kind.name_en),
        "description": _in(lang, kind.description_zh, kind.description_en),
        "metadata": bool(kind.attributes),
        "type": kind.kind.value,
        "keywords": ", ".join(kind.keywords),
        "group": label(f"group.{kind.group}", lang),
    }


def definition(kind: ServiceType, lang: Lang) -> Tree:
    """What is asked beside the description."""
    return {
        "service_code": kind.code,
        "attributes": [
            _attribute(attribute, order, lang)
            for order, attribute in enumerate(kind.attributes, start=1)
        ],
    }


def receipt(request: ServiceRequest, account_id: str | None, lang: Lang) -> Tree:
    """The answer to a report: its id, and its number in words for the person."""
    notice = text("open311.notice", lang, number=request.number)
    return [
        {
            "service_request_id": request.id,
            "service_notice": notice,
            "account_id": account_id,
        }
    ]


def request(found: Published, lang: Lang, base: str, *, extended: bool = False) -> Tree:
    """One request as the world sees it; ``base`` leads to its photos."""
    shown, at = found.request, found.position
    photos = shown.photos
    whole: dict[str, Tree] = {
        "service_request_id": shown.id,
        "status": status_of(shown.state).value,
        "status_notes": status_notes(shown, lang),
        "service_name": _in(lang, found.kind.name_zh, found.kind.name_en),
        "service_code": shown.service_code,
        "description": blanked(shown.description),
        "agency_responsible": label(f"unit.{shown.assignment.unit}", lang)
        if shown.assignment
        else None,
        "service_notice": text("open311.notice", lang, number=shown.number),
        "requested_datetime": moment(shown.submitted_at),
        "updated_datetime": moment(changed_at(shown)),
        "expected_datetime": moment(shown.due_at),
        "address": address(found, lang),
        "address_id": shown.building_id or shown.estate_id,
        "zipcode": None,
        "lat": at.lat if at else None,
        "long": at.long if at else None,
        "media_url": f"{base}/media/{shown.id}/{photos[0].id}" if photos else None,
    }
    return {**whole, **_extensions(found, lang)} if extended else whole


def update(each: Progress, lang: Lang) -> Tree:
    """One thing that happened to a client's request."""
    shown, step = each.request, each.step
    return {
        "update_id": step.update.id if step.update else f"{shown.id}.{step.note}.{_stamp(step.at)}",
        "service_request_id": shown.id,
        "status": _status_at(shown, step),
        "updated_datetime": moment(step.at),
        "description": described(shown, step, lang),
        "media_url": None,
        "external_status_code": shown.state.value if step.note is Note.ENDED else None,
    }


def status_notes(shown: ServiceRequest, lang: Lang) -> str:
    """Its state in words, and what was last told to everybody."""
    words = label(f"request.{shown.state}", lang)
    told = told_to_all(shown)
    return f"{words}: {blanked(told[-1].text)}" if told else words


def described(shown: ServiceRequest, step: Step, lang: Lang) -> str:
    """What happened, in words."""
    if step.update is not None:
        return blanked(step.update.text)
    if step.note is Note.ENDED:
        return label(f"request.{shown.state}", lang)
    return text(f"open311.note.{step.note}", lang)


def address(found: Published, lang: Lang) -> str | None:
    """Estate and building, never a home; what a client's own report called it comes first."""
    shown = found.request
    said = shown.address_note if shown.channel is Channel.OPEN311 else None
    place = found.estate_name
    if found.building_code is not None:
        place = text("open311.address", lang, estate=place, building=found.building_code)
    return ", ".join(part for part in (said and blanked(said), place) if part) or None


def moment(at: datetime | None) -> str | None:
    """A moment in UTC, in the words of W3C's note on dates, to a second."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _extensions(found: Published, lang: Lang) -> dict[str, Tree]:
    """What others beside the specification show (Open311 wiki, GeoReport v2 Extensions)."""
    shown = found.request
    asked = {attribute.code: attribute for attribute in found.kind.attributes}
    return {
        "attributes": [
            _answer(asked[code], value, lang)
            for code, values in shown.attributes.items()
            if code in asked
            for value in values
        ],
        "extended_attributes": {
            "number": shown.number,
            "state": shown.state.value,
            "channel": shown.channel.value,
        },
        "notes": [
            {
                "datetime": moment(step.at),
                "description": described(shown, step, lang),
                "type": step.note.value,
            }
            for step in steps_of(shown)
        ],
    }


def _answer(attribute: Attribute, value: str, lang: Lang) -> Tree:
    names = {each.key: _in(lang, each.name_zh, each.name_en) for each in attribute.values}
    return {
        "label": _in(lang, attribute.description_zh, attribute.description_en),
        "name": names.get(value, blanked(value)),
        "value": names.get(value, blanked(value)),
        "code": attribute.code,
    }


def _attribute(attribute: Attribute, order: int, lang: Lang) -> Tree:
    return {
        "variable": attribute.variable,
        "code": attribute.code,
        "datatype": attribute.datatype.value,
        "required": attribute.required,
        "datatype_description": _in(lang, attribute.hint_zh, attribute.hint_en),
        "order": order,
        "description": _in(lang, attribute.description_zh, attribute.description_en),
        "values": [
            {"key": value.key, "name": _in(lang, value.name_zh, value.name_en)}
            for value in attribute.values
        ],
    }


def _status_at(shown: ServiceRequest, step: Step) -> str:
    """The state that a step led to; of an update, the state as it is."""
    if step.note is Note.STARTED:
        return "IN_PROGRESS"
    if step.note is Note.RESOLVED:
        return EXTENDED[RequestState.RESOLVED]
    if step.note is Note.ACCEPTED:
        return Status.OPEN.value
    if shown.state is RequestState.IN_PROGRESS:
        return "IN_PROGRESS"
    return EXTENDED.get(shown.state, status_of(shown.state).value)


def _stamp(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _in(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en or zh
