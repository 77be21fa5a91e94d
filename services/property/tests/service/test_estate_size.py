"""The largest estate that may be, corrected again and again, over both stores."""

from dataclasses import replace

from services.property import store
from services.property.domain.estate_check import DWELLINGS_MAX
from services.property.service.estate import BuildingDraft, DwellingDraft, EntranceDraft
from services.property.service.estate_correction import Said
from services.property.service.viewer import Target
from services.property.tests.world import COMMITTEE, DRAFT, World
from shared.mongo import Database
from shared.mongo.documents import DOCUMENT_BYTES_MAX

TIMES = 30
SAID = Said("per_1", "misread")
BUILDINGS, ENTRANCES, HOMES = 50, 4, 25
DOORS = tuple(
    EntranceDraft(f"e{each}", dwellings=tuple(DwellingDraft(f"{home:03}") for home in range(HOMES)))
    for each in range(ENTRANCES)
)
LARGEST = replace(
    DRAFT,
    buildings=tuple(BuildingDraft(f"b{number}", entrances=DOORS) for number in range(BUILDINGS)),
)


async def told_by_relay(database: Database) -> list[str]:
    """What the relay tells of estates, in its order."""
    told = []
    while found := await database.untold("estates", limit=10):
        ids = [(each, [event["id"] for event in each.events]) for each in found]
        await database.clear_told("estates", ids)
        told += [id_ for _, some in ids for id_ in some]
    return told


async def test_the_largest_estate_can_be_corrected_as_often_as_it_takes(
    world: World, either: Database | None
) -> None:
    assert BUILDINGS * ENTRANCES * HOMES == DWELLINGS_MAX
    estate = await world.estate(LARGEST)
    at, told = Target(COMMITTEE, estate.id), list[str]()
    for number in range(TIMES):
        if either and number % 3 == 0:  # the relay now and then comes late
            told += await told_by_relay(either)
        after = await world.registry.corrections.amend(at, {"name": f"South {number}"}, SAID)

    assert (after.version, after.name) == (TIMES + 1, f"South {TIMES - 1}")
    story = await world.estates.story(COMMITTEE, estate.id)
    assert [envelope.sequence for envelope in story] == list(range(1, TIMES + 2))
    if either:
        told += await told_by_relay(either)
        assert told == [envelope.id for envelope in story]
        await world.registry.corrections.amend(at, {"name": "North"}, SAID)
        size = {"bytes": {"$bsonSize": "$$ROOT"}}
        (kept,) = await store.estates(either).aggregate(
            [{"$match": {"_id": estate.id}}, {"$project": size}]
        )
        assert kept["bytes"] < DOCUMENT_BYTES_MAX
