"""Files are kept whole or not at all."""

import pytest

from shared.errors import Conflict
from shared.mongo import Database
from shared.mongo.files import Files

pytestmark = pytest.mark.mongo
SEVERAL_PIECES = bytes(range(256)) * 4096  # 1 MB; a piece is 255 KB


@pytest.fixture
def files(database: Database) -> Files:
    return database.files("pictures")


@pytest.mark.parametrize("content", [b"", b"a", SEVERAL_PIECES], ids=["empty", "small", "large"])
async def test_a_file_comes_back_as_it_was_kept(files: Files, content: bytes) -> None:
    await files.put("pic_1", content)

    assert await files.get("pic_1") == content
    assert await files.get("pic_2") is None


async def test_an_id_is_taken_once(files: Files) -> None:
    await files.put("pic_1", b"first")

    with pytest.raises(Conflict):
        await files.put("pic_1", b"second")

    assert await files.get("pic_1") == b"first"


async def test_a_file_that_is_forgotten_is_gone_with_all_its_pieces(
    files: Files, database: Database
) -> None:
    await files.put("pic_1", SEVERAL_PIECES)
    pieces = database.records("pictures.chunks")
    assert await pieces.count({}) > 1

    await files.delete("pic_1")
    await files.delete("pic_1")

    assert await files.get("pic_1") is None
    assert await pieces.count({}) == 0


async def test_the_pieces_of_a_file_that_was_never_finished_are_forgotten(
    files: Files, database: Database
) -> None:
    pieces = database.records("pictures.chunks")
    await pieces.insert({"_id": "1", "files_id": "pic_1", "n": 0, "data": b"half"})
    assert await files.get("pic_1") is None

    await files.delete("pic_1")

    assert await pieces.count({}) == 0
