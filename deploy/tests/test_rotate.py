"""A key more, and the others less: what each step leaves in the file."""

from pathlib import Path

import pytest

from deploy import rotate
from deploy.init import sealing_key
from shared.sealing import Sealer, read_keys

Said = pytest.CaptureFixture[str]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The file of a service that has one key."""
    path = tmp_path / rotate.FILES["pairing"]
    path.parent.mkdir()
    path.write_text(f"first={sealing_key()}", "utf-8")
    return path


def _read(path: Path) -> dict[str, bytes]:
    return read_keys(path.read_text("utf-8"), named=True)


def test_a_new_key_seals_and_the_old_one_still_opens_until_it_is_dropped(
    keys: Path, tmp_path: Path, capsys: Said
) -> None:
    old = Sealer(_read(keys)).seal(b"x", place="p")

    assert rotate.main(["pairing", "add"], tmp_path) == 0
    assert list(_read(keys)) == ["k2", "first"]
    both = Sealer(_read(keys))
    assert both.open(old, place="p") == b"x"
    new = both.seal(b"x", place="p")

    assert rotate.main(["pairing", "drop"], tmp_path) == 0
    assert list(_read(keys)) == ["k2"]
    assert Sealer(_read(keys)).open(new, place="p") == b"x"
    assert keys.stat().st_mode & 0o777 == 0o400
    said = capsys.readouterr().out
    assert "k2, first" in said
    assert not [line for line in _read(keys).values() if line.hex() in said]


def test_every_key_has_an_id_of_its_own_and_there_are_five_at_most(
    keys: Path, tmp_path: Path, capsys: Said
) -> None:
    assert rotate.main(["pairing", "add"], tmp_path) == 0
    assert rotate.main(["pairing", "drop"], tmp_path) == 0
    for _ in range(4):
        assert rotate.main(["pairing", "add"], tmp_path) == 0
    before = keys.read_text("utf-8")

    assert rotate.main(["pairing", "add"], tmp_path) == 1

    assert len(_read(keys)) == 5
    assert keys.read_text("utf-8") == before
    assert "drop the old ones" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["pairing"], ["notifications", "add"], ["pairing", "eat"]]
)
def test_what_is_wrongly_asked_is_told(
    keys: Path, tmp_path: Path, arguments: list[str], capsys: Said
) -> None:
    before = keys.read_text("utf-8")

    assert rotate.main(arguments, tmp_path) == 2

    assert keys.read_text("utf-8") == before
    assert "pairing|property|requests add|drop" in capsys.readouterr().err


def test_a_service_whose_keys_are_not_there_is_refused(tmp_path: Path, capsys: Said) -> None:
    assert rotate.main(["requests", "add"], tmp_path) == 1
    assert "case_keys" in capsys.readouterr().err
