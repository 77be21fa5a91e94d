"""Months go by the clocks of Beijing."""

from datetime import UTC, datetime

import pytest

from services.property.domain.month import check_month, following, month_of, span_of
from shared.errors import Invalid


def test_a_month_begins_and_ends_in_beijing() -> None:
    span = span_of("2026-11")
    assert span.since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert span.until == datetime(2026, 11, 30, 16, tzinfo=UTC) == span_of("2026-12").since
    assert month_of(span.since) == "2026-11"
    assert month_of(span.until) == "2026-12"


def test_december_is_followed_by_january() -> None:
    assert following("2026-12") == "2027-01"
    assert following("2026-01") == "2026-02"


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "1999-12", "3000-01", "2026-11-01", ""])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_month(month, pointer="/month")
    assert refused.value.facts == {"pointer": "/month"}
