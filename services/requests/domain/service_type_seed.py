"""The service types that every community begins with: data beside this file, read once.

The four small services (四个一) are those of a Beijing community newspaper, 2023-08-03 (mission.md,
A7). The codes that were there first keep their names, whatever group they are in now.
"""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from services.requests.domain.attribute import Attribute, Datatype, Value
from services.requests.domain.service_type import (
    Group,
    HandlerRule,
    ServiceType,
    ServiceTypes,
    SlaClass,
    Visibility,
)

_NOTHING: Mapping[str, str] = {"zh": "", "en": ""}


def _attribute(told: Mapping[str, Any]) -> Attribute:
    hint = told.get("hint", _NOTHING)
    return Attribute(
        code=told["code"],
        datatype=Datatype(told["datatype"]),
        description_zh=told["description"]["zh"],
        description_en=told["description"]["en"],
        required=told.get("required", False),
        variable=told.get("variable", True),
        hint_zh=hint["zh"],
        hint_en=hint["en"],
        values=tuple(Value(one["key"], one["zh"], one["en"]) for one in told.get("values", ())),
    )


def _service_type(told: Mapping[str, Any]) -> ServiceType:
    return ServiceType(
        code=told["code"],
        name_zh=told["name"]["zh"],
        name_en=told["name"]["en"],
        group=Group(told["group"]),
        sla_class=SlaClass(told["sla_class"]),
        handler=HandlerRule(told["handler"]),
        visibility=Visibility(told["visibility"]),
        description_zh=told["description"]["zh"],
        description_en=told["description"]["en"],
        keywords=tuple(told["keywords"]),
        attributes=tuple(_attribute(one) for one in told.get("attributes", ())),
        refer_number=told.get("refer_number"),
        open311=told.get("open311", False),
    )


def _read() -> ServiceTypes:
    data = resources.files(__package__).joinpath("service_types.json").read_text("utf-8")
    return {told["code"]: _service_type(told) for told in json.loads(data)}


SERVICE_TYPES: ServiceTypes = _read()
"""By code, in the order in which people look for them."""
