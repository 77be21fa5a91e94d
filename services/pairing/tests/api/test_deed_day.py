"""The day of a deed, however odd: refused by its field, never a fault of ours."""

from datetime import date

import pytest

from services.pairing.api.contribution_forms import ReportBody
from services.pairing.domain.deed import check_day
from services.pairing.tests.samples import NOW
from shared.days import day_of, start_of
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date.min, "contribution.before_joining"),
        (date(1, 1, 2), "contribution.before_joining"),
        (date.max, "contribution.in_future"),
    ],
)
def test_the_first_and_the_last_day_that_there_is_are_refused(day: date, code: str) -> None:
    assert day_of(start_of(day)) == day
    told = {"kind": "volunteering", "done_on": str(day), "minutes": 5}
    with pytest.raises(Invalid) as refused:
        check_day(ReportBody.model_validate(told).deed(), joined_on=None, now=NOW)
    assert (refused.value.code, refused.value.facts["pointer"]) == (code, "/done_on")
