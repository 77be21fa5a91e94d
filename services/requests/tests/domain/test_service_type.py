"""What can be asked for."""

from dataclasses import replace

import pytest

from services.requests.domain.definition import add, change
from services.requests.domain.service_type import (
    Group,
    HandlerRule,
    SlaClass,
    Visibility,
    offered,
    visibility_of,
)
from services.requests.domain.service_type_seed import SERVICE_TYPES
from shared.errors import Invalid
from shared.texts import label

FIRST_CODES = {
    *(f"care.{name}" for name in ("company", "shopping", "holiday_visit", "cleaning")),
    *(f"repair.{name}" for name in ("water", "power", "gas", "heat", "lift", "public")),
    *("parking", "security", "sanitation", "noise", "suggestion"),
}
NOISE = SERVICE_TYPES["noise"]


@pytest.mark.parametrize("code", SERVICE_TYPES)
def test_a_type_of_the_seed_is_one_that_a_community_could_add(code: str) -> None:
    kind = SERVICE_TYPES[code]

    added, (event,) = add(kind)

    assert kind.code == code
    assert (added.version, event.model_dump()["type_version"]) == (0, 1)
    assert all([kind.name_zh, kind.name_en, kind.description_zh, kind.description_en])
    assert kind.keywords
    for attribute in kind.attributes:
        assert attribute.description_zh
        assert attribute.description_en.isascii()


def test_the_seed_has_every_group_and_every_handler_and_the_codes_that_were_there_first() -> None:
    kinds = SERVICE_TYPES.values()

    assert {kind.group for kind in kinds} == set(Group)
    assert {kind.handler for kind in kinds} == set(HandlerRule)
    assert set(SERVICE_TYPES) >= FIRST_CODES
    assert not [
        code
        for code in FIRST_CODES
        for attribute in SERVICE_TYPES[code].attributes
        if attribute.required
    ]


def test_every_group_has_a_name_in_both_languages() -> None:
    for group in Group:
        names = {label(f"group.{group}", "zh"), label(f"group.{group}", "en")}
        assert len(names) == 2
        assert f"group.{group}" not in names


def test_care_and_disputes_are_never_for_the_public() -> None:
    for kind in SERVICE_TYPES.values():
        if kind.handler in (HandlerRule.CARE, HandlerRule.MEDIATION):
            assert not kind.open311
            with pytest.raises(Invalid):
                visibility_of(kind, Visibility.PUBLIC)
        if kind.open311:
            assert kind.visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("code", "chosen", "visibility"),
    [
        ("noise", None, Visibility.PUBLIC),
        ("noise", Visibility.STAFF, Visibility.STAFF),
        ("noise", Visibility.CONFIDENTIAL, Visibility.CONFIDENTIAL),
        ("care.shopping", None, Visibility.STAFF),
        ("care.shopping", Visibility.CONFIDENTIAL, Visibility.CONFIDENTIAL),
        ("neighbour.dispute", None, Visibility.CONFIDENTIAL),
    ],
)
def test_visibility_is_the_requesters_choice_else_the_types(
    code: str, chosen: Visibility | None, visibility: Visibility
) -> None:
    assert visibility_of(SERVICE_TYPES[code], chosen) is visibility


def test_a_mediation_is_confidential_whatever_is_chosen() -> None:
    with pytest.raises(Invalid) as refused:
        visibility_of(SERVICE_TYPES["neighbour.dispute"], Visibility.STAFF)

    assert refused.value.facts["pointer"] == "/visibility"


@pytest.mark.parametrize(
    ("code", "error"),
    [("teleport", "service_type.unknown"), ("noise", "service_type.inactive")],
)
def test_what_is_not_offered_cannot_be_asked_for(code: str, error: str) -> None:
    with pytest.raises(Invalid) as refused:
        offered({"noise": replace(NOISE, active=False)}, code)

    assert refused.value.code == error


def test_the_first_change_of_a_seed_type_adopts_it_as_it_was_and_is_version_two() -> None:
    wanted = replace(NOISE, id="sty_1", community="hongmiao", sla_class=SlaClass.UTILITY)

    changed = change(NOISE, wanted)

    assert changed is not None
    kind, events = changed
    assert kind == replace(wanted, version=0)
    assert [(event.type.split(".")[2], event.model_dump()["type_version"]) for event in events] == [
        ("adopted", 1),
        ("changed", 2),
    ]
    assert [event.model_dump()["sla_class"] for event in events] == ["7d", "24h"]


def test_a_later_change_is_the_next_version() -> None:
    known = replace(NOISE, id="sty_1", community="hongmiao", version=4)

    changed = change(known, replace(known, version=1, post="peace"))

    assert changed is not None
    kind, (event,) = changed
    assert kind == replace(known, post="peace")
    assert event.model_dump()["type_version"] == 5


def test_what_is_said_as_it_is_changes_nothing() -> None:
    assert change(NOISE, replace(NOISE, id="sty_1", community="hongmiao")) is None
