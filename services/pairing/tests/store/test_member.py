"""What only the real store can show of members: a name is sealed, and an older one still read."""

from collections.abc import AsyncIterator

import pytest

from services.pairing.domain.availability import TimeSlot
from services.pairing.domain.load import Load
from services.pairing.domain.member import MemberKind, MemberState, Profile, change, profile_of
from services.pairing.service.onlooker import Onlooker
from services.pairing.tests.harness import HERE, Harness
from shared.mongo import Database, Records

pytestmark = pytest.mark.mongo

WHOLE = Profile(
    branch_id="brn_1",
    name="示例党员",
    kind=MemberKind.VOLUNTEER,
    households_max=4,
    hours_a_month=12,
    skills=("first_aid",),
    languages=("cmn", "yue"),
    dwelling_id="dwl_1",
    availability=(TimeSlot(1, "09:00", "11:30"),),
    leads=("ent_1",),
)


@pytest.fixture
async def raw(mongo_url: str, mongo_name: str) -> AsyncIterator[Records]:
    """The collection of members as anybody with the database sees it."""
    made = Database(mongo_url, mongo_name)
    yield made.records("members")
    await made.close()


async def test_a_member_comes_back_whole_and_the_name_is_nowhere_as_text(
    real: Harness, raw: Records
) -> None:
    made = await real.backing.members.get(
        (
            await real.members.register(
                Onlooker(HERE), community=HERE[0], person_id="per_1", profile=WHOLE
            )
        ).id
    )

    assert profile_of(made) == WHOLE
    document = await raw.get(made.id) or {}
    assert "示例党员" not in str(document)
    assert document["sealed_name"].startswith("k1.")


async def test_a_member_of_before_is_read_and_their_name_sealed_by_the_next_write(
    real: Harness, raw: Records
) -> None:
    """As written by the version that knew no more than a name and a capacity."""
    made = await real.member()
    older = {"_id", "community", "version", "person_id", "branch_id", "households_max"}
    document = await raw.get(made.id) or {}
    gone = document.keys() & {"sealed_name", *Profile.__dataclass_fields__} - older
    await raw.update(
        {"_id": made.id},
        {
            "$unset": dict.fromkeys([*gone - {"name"}, "state", "away_until"], ""),
            "$set": {"name": "某某"},
        },
    )

    found = await real.backing.members.get(made.id)
    assert (found.name, found.state) == ("某某", MemberState.ACTIVE)
    assert found.availability == ()

    told = Profile("brn_1", name="某某", households_max=9, hours_a_month=9)
    await real.backing.members.save(*change(found, profile=told, carried=Load()))
    document = await raw.get(made.id) or {}
    assert document["name"] is None
    assert (await real.backing.members.get(made.id)).name == "某某"
