"""Every noun's states and actions have words in the reader's language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from services.notifications.domain import delivery, endpoint
from services.pairing.domain import (
    care_task,
    contribution,
    exemplar,
    household,
    member,
    pairing,
    pledge,
    post,
    team,
    visit,
)
from services.pairing.domain import matching as matching_noun
from services.pairing.domain import standin as stand_in
from services.property.domain import (
    allotment,
    booking,
    committee,
    complaint,
    contractor,
    facility,
    incident,
    inspection,
    objection,
    occupancy,
    patrol,
    patrol_plan,
    permit,
    project,
    route,
    scorecard,
    space,
    upkeep,
    vehicle,
    visitor,
    work_states,
)
from services.requests.domain import mediation, meeting, proposal, request, survey
from shared.texts import LANGS, catalogue, label

TABLES: Mapping[str, Mapping[Any, Mapping[Any, StrEnum]]] = {
    "allotment": allotment.TRANSITIONS,
    "occupancy": occupancy.TRANSITIONS,
    "permit": permit.TRANSITIONS,
    "booking": booking.TRANSITIONS,
    "space": space.TRANSITIONS,
    "vehicle": vehicle.TRANSITIONS,
    "visitor_pass": visitor.TRANSITIONS,
    "care_task": care_task.TRANSITIONS,
    "committee": committee.TRANSITIONS,
    "contractor": contractor.TRANSITIONS,
    "complaint": complaint.TRANSITIONS,
    "contribution": contribution.TRANSITIONS,
    "delivery": delivery.TRANSITIONS,
    "endpoint": endpoint.TRANSITIONS,
    "exemplar": exemplar.TRANSITIONS,
    "household": household.TRANSITIONS,
    "facility": facility.TRANSITIONS,
    "incident": incident.TRANSITIONS,
    "inspection": inspection.TRANSITIONS,
    "matching": matching_noun.TRANSITIONS,
    "mediation": mediation.TRANSITIONS,
    "meeting": meeting.TRANSITIONS,
    "member": member.TRANSITIONS,
    "objection": objection.TRANSITIONS,
    "pairing": pairing.TRANSITIONS,
    "patrol": patrol.TRANSITIONS,
    "patrol_plan": patrol_plan.TRANSITIONS,
    "pledge": pledge.TRANSITIONS,
    "post": post.TRANSITIONS,
    "project": project.TRANSITIONS,
    "proposal": proposal.TRANSITIONS,
    "request": request.TRANSITIONS,
    "scorecard": scorecard.TRANSITIONS,
    "route": route.TRANSITIONS,
    "stand_in": stand_in.TRANSITIONS,
    "survey": survey.TRANSITIONS,
    "team": team.TRANSITIONS,
    "upkeep": upkeep.TRANSITIONS,
    "visit": visit.TRANSITIONS,
    "work_order": work_states.TRANSITIONS,
}


@pytest.mark.parametrize("noun", TABLES)
def test_every_state_and_action_reads_as_a_word_in_both_languages(noun: str) -> None:
    table = TABLES[noun]
    actions = {action for row in table.values() for action in row}

    for value in {*table, *actions}:
        name = f"{noun}.{value}"
        words = {label(name, lang) for lang in LANGS}
        assert len(words) == len(LANGS), name
        assert name not in words
    assert f"{noun}.wrong_state" in catalogue()
