"""What can be asked for (诉求类别): service types as data, each with its deadline and handler."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.errors import Invalid


class SlaClass(StrEnum):
    """How soon a request is to be handled, counted from its acceptance."""

    EMERGENCY = "2h"
    UTILITY = "24h"
    ORDINARY = "7d"
    COMPLEX = "15d"


SLA_SPANS: Mapping[SlaClass, timedelta] = {
    # Beijing Daily 2021-12-28 on the draft of the 12345 standard: danger to life or property 2 h;
    # water, power, gas, heat 24 h; ordinary 7 days; complex 15 days. The clauses of the final
    # standard, DB11/T 2021-2022, could not be read: treat these as defaults (domain.md, section 3).
    SlaClass.EMERGENCY: timedelta(hours=2),
    SlaClass.UTILITY: timedelta(hours=24),
    SlaClass.ORDINARY: timedelta(days=7),
    SlaClass.COMPLEX: timedelta(days=15),
}


class HandlerRule(StrEnum):
    """Who decides where a request of this type goes."""

    CARE = "care"
    """Nobody needs to: it goes to pairing, to the household's own helper first."""
    DISPATCHER = "dispatcher"
    """A dispatcher of the community accepts it and chooses the unit."""


class Visibility(StrEnum):
    """Who may read a request, beside the requester."""

    PUBLIC = "public"
    """Whoever may read the community's requests; later the public, too (Open311)."""
    STAFF = "staff"
    """Whoever may read the community's requests."""
    CONFIDENTIAL = "confidential"
    """Only those who handle requests."""


@dataclass(frozen=True, slots=True)
class ServiceType:
    """One type of service; ``visibility`` is what a request gets if its requester chose none."""

    code: str
    name_zh: str
    name_en: str
    group: str
    sla_class: SlaClass
    handler: HandlerRule
    visibility: Visibility


def _care(code: str, name_zh: str, name_en: str) -> ServiceType:
    # That a household needs care tells of its condition, so it is never public by itself.
    return ServiceType(
        f"care.{code}",
        name_zh,
        name_en,
        "care",
        SlaClass.ORDINARY,
        HandlerRule.CARE,
        Visibility.STAFF,
    )


def _open(code: str, name_zh: str, name_en: str, sla_class: SlaClass) -> ServiceType:
    return ServiceType(
        code,
        name_zh,
        name_en,
        code.partition(".")[0],
        sla_class,
        HandlerRule.DISPATCHER,
        Visibility.PUBLIC,
    )


_SEED = (
    # The four small services (四个一), Beijing community newspaper, 2023-08-03: mission.md A7.
    _care("company", "陪伴聊天", "Company and a chat"),
    _care("shopping", "代购代拎", "Shopping carried along"),
    _care("holiday_visit", "节日慰问", "A visit at festivals"),
    _care("cleaning", "打扫卫生", "A hand with cleaning"),
    _open("repair.water", "供水维修", "Water supply", SlaClass.UTILITY),
    _open("repair.power", "供电维修", "Power supply", SlaClass.UTILITY),
    _open("repair.gas", "燃气维修", "Gas supply", SlaClass.UTILITY),
    _open("repair.heat", "供暖维修", "Heating", SlaClass.UTILITY),
    _open("repair.lift", "电梯故障", "Lift out of order", SlaClass.EMERGENCY),
    _open("repair.public", "公共设施维修", "Repair of shared facilities", SlaClass.ORDINARY),
    _open("parking", "停车与车辆", "Parking and vehicles", SlaClass.ORDINARY),
    _open("security", "治安与安全隐患", "Security and danger", SlaClass.EMERGENCY),
    _open("sanitation", "环境卫生与绿化", "Sanitation and green", SlaClass.ORDINARY),
    _open("noise", "噪声扰民", "Noise", SlaClass.ORDINARY),
    _open("suggestion", "意见建议", "Suggestion", SlaClass.COMPLEX),
)

SERVICE_TYPES: Mapping[str, ServiceType] = {kind.code: kind for kind in _SEED}


def service_type(code: str) -> ServiceType:
    """The service type of this code; ``Invalid`` if there is none."""
    found = SERVICE_TYPES.get(code)
    if found is None:
        raise Invalid("service_type.unknown", pointer="/service_code")
    return found
