"""Tables of an estate over HTTP."""

from services.property.api.forms import PREFIX
from services.property.service.estate_correction import Said
from services.property.service.viewer import Target
from services.property.tests.api.office import OPS, RESIDENT, Office
from services.property.tests.world import COMMITTEE as SEEING
from shared.auth import Caller
from shared.testing_web import Reply

REASON = "reason=the%20plan%20came"
TABLE = """\ufeff楼,单元,户,层数,纬度,经度
7,,,6,39.917,116.483
7,1,101,,,
7,1,102,six,,
,1,103,,,
"""


async def send(office: Office, estate_id: str, table: str, who: Caller = OPS) -> Reply:
    """The table, for a reason."""
    sent = {
        "content-type": "text/csv",
        "content-length": str(len(table.encode())),
        "authorization": f"Bearer {office.client.token(who)}",
    }
    path = f"{PREFIX}/estates/{estate_id}/parts/imports?{REASON}"
    return await office.client.raw("POST", path, sent, [table.encode()])


async def test_each_row_is_answered_and_a_refused_one_names_its_field(office: Office) -> None:
    reply = await send(office, await office.estate(), TABLE)

    assert reply.status == 200, reply.body
    told = reply.json()
    assert (told["created"], told["known"], told["refused"]) == (2, 0, 2)
    assert [row["row"] for row in told["rows"]] == [2, 3, 4, 5]
    pointers = [[fault["pointer"] for fault in row["errors"]] for row in told["rows"]]
    assert pointers == [[], [], ["#/floors"], ["#/building"]]
    assert all(fault["detail"] for row in told["rows"] for fault in row["errors"])


async def test_the_list_of_parts_can_be_sent_back_and_changes_nothing(office: Office) -> None:
    estate_id = await office.estate()
    await send(office, estate_id, TABLE)
    at, said = Target(SEEING, estate_id), Said("per_1", "pulled down")
    await office.world.registry.corrections.close(at, "bld_1", said)
    before = await office.world.estates.get(SEEING, estate_id)
    path = f"/estates/{estate_id}/parts"
    listed = await office.call("GET", path, OPS, headers={"accept": "text/csv"})

    reply = await send(office, estate_id, listed.body.decode())

    told = reply.json()
    assert (told["created"], told["refused"]) == (0, 0), told
    assert told["known"] == 7
    assert await office.world.estates.get(SEEING, estate_id) == before


async def test_a_resident_sends_no_table(office: Office) -> None:
    assert (await send(office, await office.estate(), TABLE, RESIDENT)).status == 403
