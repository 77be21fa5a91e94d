"""What stays of a request and what goes: decided for every field there is."""

from dataclasses import fields, replace

import pytest

from services.requests.domain.anonymity import AnonymityReason, anonymise, names_of
from services.requests.domain.assignment import Hold, HoldReason, Referral, Refusal
from services.requests.domain.contact import Contact
from services.requests.domain.follow_up import Answer, FollowUp
from services.requests.domain.place import Position
from services.requests.domain.progress import Audience, Correction, Update
from services.requests.domain.request import ENDED, Action, RequestState, ServiceRequest, moved
from services.requests.tests.samples import NOW, RESIDENT, STAFF, in_state
from shared.errors import WrongState
from shared.photos.photo import Photo

WORDLESS = {"refusal", "hold", "referral", "updates", "follow_up", "follow_ups", "corrections"}
"""Lose their words; what is counted of them stays."""
GONE = {
    "requester_id",
    "entered_by",
    "contact",
    "tracking",
    "external_ref",
    "dwelling_id",
    "description",
    "position",
    "address_note",
    "attributes",
    "photos",
    "resolution",
    "supporters",
    "anonymised_at",
}
STAYS = {
    "id",
    "community",
    "version",
    "number",
    "state",
    "channel",
    "service_code",
    "estate_id",
    "building_id",
    "visibility",
    "sla_class",
    "submitted_at",
    "due_at",
    "assignment",
    "handler_id",
    "care_task",
    "resolved_at",
    "follow_up_due_at",
    "reopened_times",
    "escalated",
    "service_type_version",
    "promise",
    "accepted_at",
    "acknowledged_at",
    "first_contact_at",
    "closed_at",
    "pauses",
    "stage",
    "told_late",
    "told_missed",
    "alarm_at",
    "given_times",
    "lead_unit",
    "co_units",
    "post",
    "work",
    "duplicate_of",
    "merged",
}
NAMED, SAID = ("per_resident", "per_neighbour", "per_helpful", "per_clerk"), "不要告诉别人"


def full() -> ServiceRequest:
    """A request of which every field says something."""
    said = FollowUp(Answer.YES, RESIDENT, NOW, 5, SAID)
    called = FollowUp(None, STAFF, NOW, None, SAID, contacted=False)
    return replace(
        in_state(RequestState.CLOSED),
        requester_id=RESIDENT,
        entered_by="per_clerk",
        handler_id=STAFF,
        contact=Contact(SAID, "13912345678"),
        tracking="ab" * 32,
        external_ref=SAID,
        position=Position(39.9, 116.4),
        address_note=SAID,
        description=SAID,
        attributes={"floor": ("3",), "words": (SAID,)},
        photos=(Photo("pho_1", "image/png", 1, 1, 1),),
        resolution=SAID,
        refusal=Refusal("no_capacity", SAID),
        hold=Hold(HoldReason.PARTS, NOW, None, SAID),
        referral=Referral("12345", "T-1", SAID),
        updates=(
            Update("upd_1", Audience.REQUESTER, SAID, RESIDENT, NOW),
            Update("upd_2", Audience.PUBLIC, SAID, STAFF, NOW),
        ),
        follow_up=said,
        follow_ups=(called, said),
        corrections=(Correction("on_request", ("description",), STAFF, NOW, SAID),),
        supporters=("per_neighbour", "per_helpful"),
    )


def anonymous(request: ServiceRequest) -> ServiceRequest:
    after, _ = anonymise(
        request,
        names=names_of(request, []),
        chosen={"floor"},
        reason=AnonymityReason.RETENTION,
        rules_version=3,
        at=NOW,
    )
    return after


def test_it_is_decided_of_every_field_whether_it_stays() -> None:
    assert {each.name for each in fields(ServiceRequest)} == STAYS | GONE | WORDLESS
    before, after = full(), anonymous(full())
    for name in sorted(STAYS):
        assert getattr(after, name) == getattr(before, name), name
    for name in GONE:
        assert getattr(after, name) != getattr(before, name), name


def test_no_word_and_no_person_is_left() -> None:
    left = repr(anonymous(full()))
    for said in (*NAMED, SAID, "13912345678", "dwl_1", "116.4", "abab", "pho_1"):
        assert said not in left


def test_what_is_counted_is_as_before() -> None:
    before, after = full(), anonymous(full())
    assert len(after.supporters) == len(set(after.supporters)) == 2
    assert after.attributes == {"floor": ("3",)}
    assert [(each.id, each.audience, each.at) for each in after.updates] == [
        (each.id, each.audience, each.at) for each in before.updates
    ]
    assert [each.by for each in after.updates] == [after.requester_id, STAFF]
    for old, new in zip(before.follow_ups, after.follow_ups, strict=True):
        assert replace(old, text=None, by="") == replace(new, text=None, by="")


def test_one_person_is_one_name_within_a_request_and_another_in_the_next() -> None:
    one, other = full(), replace(full(), id="req_other")
    mine = names_of(one, [{"requester_id": "per_before", "dwelling_id": "dwl_before"}])
    assert set(mine) == {*NAMED, "per_before", "dwl_1", "dwl_before"}
    people = [name for name in mine.values() if name is not None]
    assert len(people) == len(set(people)) == 5
    assert not set(people) & set(names_of(other, []).values())
    assert mine["dwl_1"] is mine["dwl_before"] is None


@pytest.mark.parametrize("state", sorted(set(RequestState) - ENDED))
def test_while_somebody_has_to_do_with_it_nothing_goes(state: RequestState) -> None:
    with pytest.raises(WrongState) as caught:
        anonymous(in_state(state))
    assert caught.value.code == "request.not_over"


@pytest.mark.parametrize("action", Action)
def test_nothing_is_done_any_more_with_what_is_anonymous(action: Action) -> None:
    with pytest.raises(WrongState) as caught:
        moved(anonymous(full()), action)
    assert caught.value.code == "request.anonymised"
