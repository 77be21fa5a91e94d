"""The operator's command: what it seals anew, what it says, how it ends."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from services.pairing.domain.person import Person
from services.pairing.store.person import people
from services.pairing.tests.samples_person import a_person
from shared.cli import main
from shared.events.pairing_register import PersonRegistered
from shared.mongo import Database
from shared.sealing import Sealer, read_keys

pytestmark = pytest.mark.mongo

OLD = "old=" + "b" * 43
NEW = "new=" + "c" * 43
Said = pytest.CaptureFixture[str]


@pytest.fixture
def service(
    mongo_url: str, mongo_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The variables of a service with a new key in front."""
    for name in os.environ:
        if name.startswith(("LINLI_", "PAIRING_")):
            monkeypatch.delenv(name)
    told = {
        "LINLI_LANG": "en",
        "PAIRING_MONGO_URL": mongo_url,
        "PAIRING_DATABASE": mongo_name,
        "PAIRING_AMQP_URL": "amqp://guest:guest@127.0.0.1/",
        "PAIRING_JWKS_URL": "http://127.0.0.1:1/jwks.json",
        "PAIRING_CARE_KEYS": f"{NEW},{OLD}",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return told


def _with(service: dict[str, str], keys: str, work: Any) -> Any:
    """The outcome of some work on the people of the service, with these keys."""

    async def run() -> Any:
        database = Database(service["PAIRING_MONGO_URL"], service["PAIRING_DATABASE"])
        store = people(database, Sealer(read_keys(keys, named=True)))
        await database.migrate()
        try:
            return await work(store)
        finally:
            await database.close()

    return asyncio.run(run())


def _run(*arguments: str) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_all_that_a_service_keeps_is_sealed_anew_and_a_second_run_finds_it_so(
    service: dict[str, str], capsys: Said
) -> None:
    somebody = a_person()
    told = [PersonRegistered(person_id=somebody.id)]
    kept: Person = _with(service, OLD, lambda store: store.save(somebody, told))

    assert _run("reseal", "pairing", "--batch", "1") == 0
    assert "people: 1 looked at, 1 sealed anew." in capsys.readouterr().out
    assert _run("reseal", "pairing") == 0
    said = capsys.readouterr().out
    assert "people: 1 looked at, 0 sealed anew." in said
    assert "older keys may go" in said
    assert _with(service, NEW, lambda store: store.get(somebody.id)) == kept


def test_what_opens_with_no_key_is_named_and_no_key_is_to_go(
    service: dict[str, str], capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody = a_person()
    told = [PersonRegistered(person_id=somebody.id)]
    _with(service, OLD, lambda store: store.save(somebody, told))
    monkeypatch.setenv("PAIRING_CARE_KEYS", NEW)

    assert _run("reseal", "pairing") == 1
    said = capsys.readouterr()
    assert f"people: {somebody.id} opens with none of the keys." in said.out
    assert "remove no key" in said.err


def test_a_service_that_is_none_is_refused(capsys: Said) -> None:
    assert _run("--lang", "en", "reseal", "nothing") == 1
    assert "nothing" in capsys.readouterr().err
