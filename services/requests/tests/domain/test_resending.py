"""When a report that comes again is the same one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.requests.domain.progress import Audience, Update
from services.requests.domain.resending import WITHIN, is_again, refs_of, said_before

NOW = datetime(2026, 11, 24, 8, 59, tzinfo=UTC)
TOLD = ("parking", "车挡路", ("bld_1", None, None), [("plate", ("京A",))], None, (), (), ())
moments = st.integers(0, 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(moments, st.timedeltas(timedelta(0), WITHIN))
def test_within_the_hour_a_report_finds_what_it_made_on_either_side_of_the_hour(
    first_at: datetime, later: timedelta
) -> None:
    made_by = refs_of("key_1", TOLD, first_at)[0]
    assert made_by in refs_of("key_1", TOLD, first_at + later)
    assert is_again(first_at, first_at + later)


@given(moments)
def test_two_hours_later_it_is_another_one(first_at: datetime) -> None:
    made_by = refs_of("key_1", TOLD, first_at)[0]
    assert made_by not in refs_of("key_1", TOLD, first_at + 2 * WITHIN)
    assert not is_again(first_at, first_at + WITHIN + timedelta(milliseconds=1))


def test_whatever_differs_makes_another_one() -> None:
    ref = refs_of("key_1", TOLD, NOW)[0]
    others = [refs_of("key_2", TOLD, NOW)[0]]
    for place in range(len(TOLD)):
        others.append(refs_of("key_1", (*TOLD[:place], "其他", *TOLD[place + 1 :]), NOW)[0])
    assert len({ref, *others}) == 1 + len(others)


def test_a_reference_tells_nothing_of_what_was_told() -> None:
    assert refs_of("key_1", ("13912345678", "\ud800"), NOW)[0].isascii()
    assert "1391234" not in refs_of("key_1", ("13912345678",), NOW)[0]


def test_what_was_written_already_within_the_hour_is_found() -> None:
    first = Update("upd_1", Audience.PUBLIC, "还在", "key_1", NOW)
    again = Update("upd_2", Audience.PUBLIC, "还在", "key_1", NOW + WITHIN)
    assert said_before((first,), again) is first
    for other in (
        Update("upd_2", Audience.PUBLIC, "好了", "key_1", NOW),
        Update("upd_2", Audience.PUBLIC, "还在", "key_2", NOW),
        Update("upd_2", Audience.INTERNAL, "还在", "key_1", NOW),
        Update("upd_2", Audience.PUBLIC, "还在", "key_1", NOW + 2 * WITHIN),
    ):
        assert said_before((first,), other) is None
