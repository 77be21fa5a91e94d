"""Which requests are likely the same: sentences as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.duplicate import (
    COMPARED_CHARACTERS_MAX,
    SUGGESTED_MAX,
    Candidate,
    Described,
    grams,
    likeliest,
    may_know,
)
from services.requests.domain.place import Position
from services.requests.domain.reader import Reader
from services.requests.domain.request import RequestState
from services.requests.domain.service_type import Visibility
from services.requests.domain.service_type_seed import SERVICE_TYPES
from services.requests.tests.samples import NOW

LIFT = "三单元的电梯坏了 停在五楼 老人下不来。"
DESCRIBED = Described("lift", LIFT, NOW, "bld_1")
ELSEWHERE = (
    "地下车库有人占了我的车位。",
    "晚上十点以后楼上装修 吵得孩子睡不着。",
    "花园里的路灯不亮 晚上看不清路。",
    "想请人帮忙代买一些药。",
    "垃圾桶满了三天没人清。",
)
SAME = (
    "电梯又坏了 我妈在五楼下不了楼",
    "３单元电梯故障 停在5楼不动",
    "三单元电梯停了 请尽快修",
    "老人被困 电梯停在五楼",
)


def candidate(text: str, number: int = 1, **facts: object) -> Candidate:
    described = Described(
        **{  # type: ignore[arg-type]
            "service_code": "lift",
            "description": text,
            "at": NOW - timedelta(hours=3),
            "building_id": "bld_1",
            **facts,
        }
    )
    return Candidate(
        f"req_{number:03}",
        f"HM-{number}",
        RequestState.ACCEPTED,
        Visibility.PUBLIC,
        0,
        described,
    )


@pytest.mark.parametrize("text", SAME)
def test_the_same_trouble_in_other_words_is_found_first(text: str) -> None:
    others = [candidate(each, n) for n, each in enumerate(ELSEWHERE, 10)]

    found = likeliest(DESCRIBED, [*others, candidate(text)])

    assert found
    assert found[0].candidate.described.description == text


@pytest.mark.parametrize("text", ELSEWHERE)
def test_another_trouble_in_the_same_building_is_not_suggested(text: str) -> None:
    assert likeliest(DESCRIBED, [candidate(text)]) == []


def test_english_is_compared_in_the_same_way() -> None:
    asked = Described("lift", "The lift in entrance 3 is broken, stuck on floor 5", NOW, "bld_1")
    same, other = candidate("Lift stuck at 5th floor, entrance 3"), candidate("Rats in the cellar")

    assert [each.candidate for each in likeliest(asked, [other, same])] == [same]


def test_the_same_words_are_surely_the_same_whatever_the_width_of_their_signs() -> None:
    assert grams("Ａ座３号楼!") == grams("a座3号楼")
    [found] = likeliest(DESCRIBED, [candidate(LIFT, at=NOW)])
    assert found.likeness == pytest.approx(1)


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ({}, {"building_id": "bld_2"}),
        ({}, {"building_id": None}),
        ({}, {"at": NOW - timedelta(days=20)}),
        ({}, {"service_code": "lift.other"}),
        ({"building_id": None}, {"building_id": "bld_2"}),
    ],
)
def test_place_time_and_category_speak_for_the_same(
    nearer: dict[str, object], farther: dict[str, object]
) -> None:
    far, near = candidate(LIFT, 1, **farther), candidate(LIFT, 2, **nearer)

    assert [each.candidate for each in likeliest(DESCRIBED, [far, near])] == [near, far]


def test_of_points_the_nearer_is_the_likelier_and_one_beside_the_building_counts_as_there() -> None:
    here = Position(39.915, 116.49)
    asked = Described("lift", LIFT, NOW, "bld_1", here)
    beside = candidate(LIFT, 1, building_id="bld_2", position=Position(39.9152, 116.49))
    street = candidate(LIFT, 2, building_id="bld_2", position=Position(39.9180, 116.49))

    near, far = likeliest(asked, [street, beside])

    assert (near.candidate, far.candidate) == (beside, street)
    assert near.likeness > 0.95 > far.likeness


def test_what_everybody_says_counts_for_little() -> None:
    crowd = [candidate("电梯维修通知", n) for n in range(90)]
    same = candidate("电梯门夹人", 99)
    asked = Described("lift", "电梯门会夹人", NOW, "bld_1")

    assert likeliest(asked, [*crowd, same])[0].candidate == same
    alone, among = likeliest(asked, crowd[:1]), likeliest(asked, crowd)
    assert not among or among[0].likeness < alone[0].likeness


def test_no_more_are_suggested_than_one_looks_at() -> None:
    found = likeliest(DESCRIBED, [candidate(LIFT, n) for n in range(50)])
    assert [each.candidate.id for each in found] == [f"req_{n:03}" for n in range(SUGGESTED_MAX)]


TEXTS = st.text(max_size=COMPARED_CHARACTERS_MAX * 2)


@given(TEXTS, TEXTS)
def test_likeness_is_between_nothing_and_one_and_the_same_from_both_sides(
    one: str, other: str
) -> None:
    there = likeliest(Described("lift", one, NOW), [candidate(other, at=NOW, building_id=None)])
    back = likeliest(Described("lift", other, NOW), [candidate(one, at=NOW, building_id=None)])

    assert len(there) <= 1
    assert all(0 < each.likeness <= 1 for each in there)
    if grams(one) == grams(other) and grams(one):
        assert len(there) == len(back) == 1


def test_texts_of_signs_alone_are_like_nothing() -> None:
    assert likeliest(Described("lift", "!!!", NOW), [candidate("??"), candidate("!!!")]) == []


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("code", ["lift", "care.shopping"])
@pytest.mark.parametrize(("reads_all", "handles"), [(False, False), (True, False), (True, True)])
def test_one_may_know_what_the_world_may_or_what_one_reads_anyway(
    visibility: Visibility, code: str, reads_all: bool, handles: bool
) -> None:
    reader = Reader("per_1", ("hongmiao",), reads_all=reads_all, handles=handles)
    kind = next(k for k in SERVICE_TYPES.values() if k.open311 is (code == "lift"))

    may = may_know(reader, visibility, kind)

    world = visibility is Visibility.PUBLIC and kind.open311
    assert may is (world or (reads_all and visibility is not Visibility.CONFIDENTIAL))
