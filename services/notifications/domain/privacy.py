"""What no web hook tells, whatever its owner asks for (mission.md, "What it must never do").

Web hooks are the committee's and its operators', who may neither look into the register of care
households nor read a confidential request: ids alone would tell them, and whoever runs their
receiver, which homes are on that register and who asked in confidence. Nor may anybody but its
mediators and the branch secretary know of a mediation, nor of who answered a survey.
"""

from collections.abc import Mapping
from typing import Any

OF_CARE_HOUSEHOLDS = (
    "pairing.person.",
    "pairing.household.",
    "pairing.pairing.",
    "pairing.conflict.",
    "pairing.matching.",
    "pairing.stand_in.",
    "pairing.care_task.",
    "pairing.visit.",
    "pairing.meal.",
)
"""Events that name a care household, or the request of one, and so that it is one; and people on
the register, and that some of them are kept apart."""
OF_ABSENCES = ("pairing.member.away.", "pairing.member.returned.", "pairing.member.absence_")
"""Events of who is not at home, or ill perhaps: nobody's outside either."""
OF_PEOPLE = (
    "pairing.activity.signed_up.",
    "pairing.activity.signed_off.",
    "pairing.activity.moved_up.",
    "pairing.activity.attended.",
    "property.occupancy.",
    "property.vehicle.",
    "property.permit.",
    "property.allotment.entered.",
    "property.allotment.left.",
    "property.visitor_pass.",
    "property.booking.",
    "property.obstruction.",
)
"""Events of who goes where in their own time, who lives where, drives what, has visitors and has
booked what."""
CONFIDED = (
    "requests.mediation.",
    "requests.survey_response.",
    "property.complaint.",
    "property.rating.",
)
"""Events of disputes between neighbours, of single answers, and of who complained of a company or
rated it: each bears who did it."""
CONFIDENTIAL = "confidential"
OF_COMPANIES = ("property.incident.", "property.work_order.", "property.bulletin.")
"""All that a property company's own web hook tells: what has become of its reports and of its work.
What the committee finds, rates and is told of it is not the company's to hear there."""


def is_withheld(event_type: str, data: Mapping[str, Any]) -> bool:
    """Whether this event is nobody's outside the services."""
    withheld = event_type.startswith((*OF_CARE_HOUSEHOLDS, *OF_ABSENCES, *OF_PEOPLE, *CONFIDED))
    return withheld or data.get("visibility") == CONFIDENTIAL


def is_for(company: str | None, event_type: str, data: Mapping[str, Any]) -> bool:
    """Whether an endpoint of this company may be told; None is the community's own, which may be
    told all that is not withheld."""
    if company is None:
        return True
    return event_type.startswith(OF_COMPANIES) and data.get("contractor_id") == company
