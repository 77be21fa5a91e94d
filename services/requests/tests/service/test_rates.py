"""Asking for rates: rows in order, groups put together, and a bound on how many."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.requests.domain.follow_up import Answer
from services.requests.domain.rates import Counts, Dimension, Question, Row, period
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.rates import ROWS_MAX, RatesService
from services.requests.tests.harness import Harness, harness_over
from services.requests.tests.rates_reference import ReferenceTallies
from services.requests.tests.samples import NOW, in_state, said
from shared.errors import Invalid

MAY = period(date(2026, 5, 1), date(2026, 5, 31))
D = Dimension


def rated(service_code: str, mark: int | None = None, **changes: object) -> ServiceRequest:
    answer = said(Answer.NO if mark == 1 else Answer.YES, mark)
    request = in_state(RequestState.CLOSED)
    return replace(request, service_code=service_code, follow_up=answer, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def harness() -> Harness:
    return await harness_over(None)


def asked(*by: Dimension, communities: tuple[str, ...] = ("hongmiao",)) -> Question:
    return Question(MAY, communities, by)


async def test_rates_of_a_group_are_those_of_its_categories_together(harness: Harness) -> None:
    requests = [
        rated("care.shopping", 5),
        rated("care.cleaning", 1),
        rated("noise", 4),
        rated("no.such.type"),
    ]
    service = RatesService(ReferenceTallies(requests), harness.service_types)

    rows = await service.rows(asked(D.GROUP))

    kinds = await harness.service_types.all("hongmiao")
    wanted: dict[str | None, int] = {None: 1}
    for code in ("care.shopping", "care.cleaning", "noise"):
        group = kinds[code].group.value
        wanted[group] = wanted.get(group, 0) + 1
    assert {row.key[0]: row.counts.followed_up for row in rows} == wanted
    assert [row.key[0] or "" for row in rows] == sorted(row.key[0] or "" for row in rows)


async def test_a_group_stands_where_it_was_asked_for(harness: Harness) -> None:
    requests = [rated("noise", 5), rated("noise", 2, community="elsewhere")]
    service = RatesService(ReferenceTallies(requests), harness.service_types)
    both = ("hongmiao", "elsewhere")

    rows = await service.rows(asked(D.MONTH, D.GROUP, D.COMMUNITY, communities=both))

    group = (await harness.service_types.get("hongmiao", "noise")).group.value
    assert [row.key for row in rows] == [
        ("2026-05", group, "elsewhere"),
        ("2026-05", group, "hongmiao"),
    ]


async def test_without_anything_to_tell_apart_there_is_one_row_even_of_nothing(
    harness: Harness,
) -> None:
    service = RatesService(ReferenceTallies([]), harness.service_types)
    assert await service.rows(asked()) == [Row((), Counts())]

    service = RatesService(ReferenceTallies([rated("noise", 5)] * 2), harness.service_types)
    [row] = await service.rows(asked())
    assert (row.counts.followed_up, row.counts.satisfied) == (2, 2)


async def test_more_rows_than_anybody_reads_are_refused(harness: Harness) -> None:
    one = rated("noise", 5)
    many = [replace(one, building_id=f"bld_{n:05}") for n in range(ROWS_MAX + 1)]
    with pytest.raises(Invalid) as refused:
        await RatesService(ReferenceTallies(many), harness.service_types).rows(asked(D.BUILDING))
    assert refused.value.code == "rates.too_many_rows"

    whole = RatesService(ReferenceTallies(many[1:]), harness.service_types)
    assert len(await whole.rows(asked(D.BUILDING))) == ROWS_MAX


async def test_an_answer_counts_when_it_was_given(harness: Harness) -> None:
    late = rated("noise", 5)
    assert late.follow_up is not None
    late = replace(late, follow_up=replace(late.follow_up, at=NOW + timedelta(days=40)))
    service = RatesService(ReferenceTallies([late]), harness.service_types)

    [row] = await service.rows(asked())
    assert row.counts.followed_up == 0
