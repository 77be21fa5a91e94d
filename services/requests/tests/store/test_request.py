"""What only the real store can show."""

import pytest

from services.requests import store
from services.requests.service.offer import Offer
from services.requests.service.reading import Confidence
from services.requests.service.request import RequestService
from services.requests.store.request import INDEXES
from services.requests.tests.harness import HERE, Harness
from services.requests.tests.samples import submission
from shared.mongo import Database
from shared.readings import ReadingLog

pytestmark = pytest.mark.mongo


async def test_a_number_that_is_taken_costs_another_id(real: Harness) -> None:
    ids = iter(["req_01A0000000AAAAAAA", "req_01B0000000AAAAAAA", "req_01C0000000BBBBBBB"])
    service = RequestService(
        real.store,
        real.estates,
        Offer(real.service_types, real.deadline_rules),
        Confidence(ReadingLog(real.readings, real.clock)),
        real.clock,
        lambda kind: next(ids),
    )

    first = await service.submit(submission(), communities=HERE)
    second = await service.submit(submission(), communities=HERE)

    assert first.id == "req_01A0000000AAAAAAA"
    assert second.id == "req_01C0000000BBBBBBB"
    assert first.number != second.number


async def test_an_estate_copy_outlives_the_process_that_heard_of_it(
    real: Harness, mongo_url: str, mongo_name: str
) -> None:
    database = Database(mongo_url, mongo_name)
    copy = await store.estates(database).get("est_1")
    await database.close()

    assert copy is not None
    assert copy.community == "hongmiao"
    assert copy.dwelling_ids == {"dwl_1", "dwl_2"}


def test_every_index_has_a_name_of_its_own() -> None:
    names = [index.name for index in INDEXES]

    assert None not in names
    assert len(set(names)) == len(names)
