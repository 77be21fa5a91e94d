"""Many requests at once, over both stores."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from services.requests.domain.request import Channel, ServiceRequest
from services.requests.service.bulk import Asked, BulkService
from services.requests.tests.harness import HERE, THERE, Harness
from services.requests.tests.samples import STAFF, submission
from shared.bulk import Outcome
from shared.errors import Invalid, LinliError, Unavailable
from shared.mongo import Documents
from shared.testing import estate_registered, heard


def asked(number: int, ref: str | None = None, **changes: object) -> Asked:
    """A row that asks for something."""
    ref = ref or f"A-{number}"
    facts = {"entered_by": STAFF, "channel": Channel.BULK, "requester_id": None, **changes}
    return Asked(number, ref, replace(submission(external_ref=ref), **facts))  # type: ignore[arg-type]


async def load(
    harness: Harness,
    rows: Sequence[Asked],
    importer: str = STAFF,
    communities: tuple[str, ...] = HERE,
) -> list[Outcome[ServiceRequest]]:
    rows = [replace(row, submission=replace(row.submission, entered_by=importer)) for row in rows]
    service = BulkService(harness.service, harness.store, harness.estates)
    return await service.submit(rows, importer=importer, communities=communities)


def told(outcomes: Sequence[Outcome[ServiceRequest]]) -> list[tuple[int, str]]:
    """Row and what became of it; of a fault, its code."""
    return [
        (
            outcome.number,
            outcome.fault.code
            if isinstance(outcome.fault, LinliError)
            else "known"
            if outcome.known
            else "created",
        )
        for outcome in outcomes
    ]


def made(outcome: Outcome[ServiceRequest]) -> ServiceRequest:
    assert outcome.thing is not None
    return outcome.thing


async def test_each_row_is_a_request_of_its_own_entered_by_the_importer(harness: Harness) -> None:
    outcomes = await load(harness, [asked(2), asked(3, service_code="care.shopping")])

    assert told(outcomes) == [(2, "created"), (3, "created")]
    first, second = [await harness.store.get(made(outcome).id) for outcome in outcomes]
    assert (first.external_ref, first.entered_by, first.channel) == ("A-2", STAFF, Channel.BULK)
    assert first.requester_id == f"trk_{first.id}"
    assert await harness.types(second.id) == ["submitted", "accepted", "assigned"]


async def test_a_row_that_is_wrong_hinders_no_other(harness: Harness) -> None:
    rows = [
        asked(2, service_code="teleport"),
        asked(3),
        asked(4, estate_id="est_9"),
        asked(5, dwelling_id="dwl_9"),
        asked(6, description=" "),
        asked(7),
    ]

    outcomes = await load(harness, rows)

    assert told(outcomes) == [
        (2, "service_type.unknown"),
        (3, "created"),
        (4, "estate.unknown"),
        (5, "dwelling.unknown"),
        (6, "description.blank"),
        (7, "created"),
    ]
    assert len(await harness.store.find({"community": "hongmiao"})) == 2


async def test_a_table_sent_again_is_answered_as_before_and_makes_nothing(
    harness: Harness,
) -> None:
    first = await load(harness, [asked(2), asked(3, service_code="teleport")])

    changed = [asked(2, description="别的"), asked(3), asked(4)]
    again = await load(harness, changed)

    assert told(again) == [(2, "known"), (3, "created"), (4, "created")]
    assert made(again[0]) == made(first[0])
    assert len(await harness.store.find({"community": "hongmiao"})) == 3


async def test_a_reference_is_an_importers_own(harness: Harness) -> None:
    ours = await load(harness, [asked(2)])
    theirs = await load(harness, [asked(2)], importer="key_other")

    assert told(theirs) == [(2, "created")]
    assert made(ours[0]).id != made(theirs[0]).id


async def test_a_reference_is_of_one_community_where_its_importer_has_several(
    harness: Harness,
) -> None:
    event = estate_registered(estate_id="est_there")
    told_there = heard(event, event.estate_id, community=THERE[0])
    await harness.estates.told(event, told_there)
    both = (*HERE, *THERE)
    (ours,) = await load(harness, [asked(2)], communities=both)
    row = asked(2, estate_id="est_there", dwelling_id=None)

    (theirs,), (again,) = [await load(harness, [row], communities=both) for _ in range(2)]

    assert (made(ours).community, made(theirs).community) == (*HERE, *THERE)
    assert (theirs.known, again.known, made(again).id) == (False, True, made(theirs).id)


async def test_a_reference_that_comes_twice_in_a_table_is_told_so(harness: Harness) -> None:
    outcomes = await load(harness, [asked(2), asked(3, ref="A-2"), asked(4)])

    assert told(outcomes) == [(2, "created"), (3, "bulk.repeated"), (4, "created")]
    fault = outcomes[1].fault
    assert isinstance(fault, Invalid)
    assert fault.facts["row"] == 2


async def test_rows_for_estates_of_others_are_refused(harness: Harness) -> None:
    service = BulkService(harness.service, harness.store, harness.estates)

    outcomes = await service.submit([asked(2)], importer=STAFF, communities=THERE)

    assert told(outcomes) == [(2, "estate.unknown")]


async def test_no_rows_are_no_outcomes(harness: Harness) -> None:
    assert await load(harness, []) == []


async def test_a_store_that_goes_away_is_no_rows_fault_and_the_rest_is_found_again(
    harness: Harness,
) -> None:
    real_save, saved = harness.store.save, 0

    async def failing(*args: object, **facts: object) -> ServiceRequest:
        nonlocal saved
        saved += 1
        if saved > 120:
            raise Unavailable("store.unavailable")
        return await real_save(*args, **facts)  # type: ignore[arg-type]

    harness.store.save = failing  # type: ignore[method-assign]
    rows = [asked(number) for number in range(2, 302)]
    with pytest.raises(Unavailable):
        await load(harness, rows)
    harness.store.save = real_save  # type: ignore[method-assign]

    outcomes = await load(harness, rows)

    assert [outcome.known for outcome in outcomes].count(True) == 120
    assert len(await harness.store.find({"community": "hongmiao"}, limit=1000)) == 300


@pytest.mark.mongo
async def test_two_who_send_one_table_at_once_make_each_request_once(real: Harness) -> None:
    rows = [asked(number) for number in range(2, 102)]

    first, second = await asyncio.gather(load(real, rows), load(real, rows))

    assert [made(outcome).id for outcome in first] == [made(outcome).id for outcome in second]
    assert len(await real.store.find({"community": "hongmiao"}, limit=1000)) == 100
    knowns = [outcome.known for outcome in (*first, *second)]
    assert knowns.count(False) == knowns.count(True) == 100


@pytest.mark.mongo
async def test_a_table_is_looked_up_by_an_index_that_holds_imported_requests_only(
    real: Harness,
) -> None:
    await load(real, [asked(2)])
    await real.service.submit(submission(), communities=HERE)
    assert isinstance(real.store, Documents)
    where = {
        "community": {"$in": list(HERE)},
        "entered_by": STAFF,
        "external_ref": {"$in": ["A-2", "A-3"]},
    }

    plan = await real.store._collection.find(where).explain()

    assert '"external_ref"' in str(plan["queryPlanner"]["winningPlan"]).replace("'", '"')
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalKeysExamined"] <= 3
    assert plan["executionStats"]["totalDocsExamined"] == 1
