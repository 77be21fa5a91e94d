"""Secrets: made once with safe modes, kept for ever, each where its one reader looks."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import jwt
import pytest

from deploy import init
from shared.auth.issuer import SigningKey
from shared.sealing import read_keys

FOLDERS = ("mongo", "rabbitmq", "operator", "keys", "jwks", *init.SERVICES)
TOPOLOGY: dict[str, Any] = {"vhosts": [{"name": "/"}], "queues": [{"name": "pairing.x"}]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(mode=0o700)
    return tmp_path


def held(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_first_start_makes_a_secret_for_every_part(root: Path) -> None:
    made = init.make(root, TOPOLOGY)

    assert made == len(init.BROKER_USERS) + len(init.SERVICES) * 2 + 10
    for service in init.SERVICES:
        url = (root / service / "mongo_url").read_text("utf-8")
        assert (root / "mongo" / service).read_text("utf-8") in url
        assert f"/{service}?" in url
        assert f"authSource={service}" in url
        assert len((root / service / "api_key_pepper").read_text("utf-8")) >= 32
    assert len(read_keys((root / "notifications" / "secret_key").read_text("utf-8"))) == 1
    for name in ("link_keys", "case_keys"):
        keys = (root / "requests" / name).read_text("utf-8")
        assert list(read_keys(keys, named=True)) == ["first"]
    care_keys = (root / "pairing" / "care_keys").read_text("utf-8")
    assert list(read_keys(care_keys, named=True)) == ["first"]
    for name in ("register_keys", "lookup_keys"):
        keys = (root / "property" / name).read_text("utf-8")
        assert list(read_keys(keys, named=True)) == ["first"]


def test_no_secret_is_readable_by_anyone_but_its_owner(root: Path) -> None:
    init.make(root, TOPOLOGY)

    for path in root.rglob("*"):
        public = path.name == "jwks.json"
        assert path.is_dir() or public or path.stat().st_mode & 0o077 == 0, path


def test_a_second_start_changes_no_secret(root: Path) -> None:
    init.make(root, TOPOLOGY)
    before = held(root)

    made = init.make(root, TOPOLOGY)

    after = held(root)
    assert made == 0
    # hashes are salted anew; what they are hashes of stays
    salted = "rabbitmq/definitions.json"
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= {salted}


def test_an_interrupted_first_start_is_finished_by_the_next(root: Path) -> None:
    init.make(root, TOPOLOGY)
    kept = (root / "mongo" / "root").read_text("utf-8")
    (root / "mongo" / "pairing").unlink()
    (root / "pairing" / ".amqp_url.part").write_text("half")

    assert init.make(root, TOPOLOGY) == 1
    assert (root / "mongo" / "root").read_text("utf-8") == kept


def test_no_two_secrets_are_alike(root: Path) -> None:
    init.make(root, TOPOLOGY)

    drawn = [p.read_text("utf-8") for p in (root / "mongo").iterdir()]
    drawn += [p.read_text("utf-8") for p in (root / "rabbitmq").glob("*.password")]
    assert len(set(drawn)) == len(drawn)


def test_an_empty_secret_is_refused_with_its_name(root: Path) -> None:
    (root / "mongo" / "root").write_text(" \n")

    with pytest.raises(init.Refused, match=r"mongo/root is empty"):
        init.make(root, TOPOLOGY)


def test_an_incomplete_token_key_is_refused_rather_than_replaced(root: Path) -> None:
    init.make(root, TOPOLOGY)
    (root / "keys" / "signing_key.pem").unlink()

    with pytest.raises(init.Refused, match="token key"):
        init.make(root, TOPOLOGY)


def test_services_get_the_public_half_of_the_token_key_alone(root: Path) -> None:
    init.make(root, TOPOLOGY)

    public = json.loads((root / "jwks" / "jwks.json").read_text("utf-8"))
    assert [p.name for p in (root / "jwks").iterdir()] == ["jwks.json"]
    assert "d" not in public["keys"][0]
    private = SigningKey.load(root / "keys").private
    token = jwt.encode({"sub": "per_1"}, private, algorithm="EdDSA")
    assert jwt.decode(token, jwt.PyJWK(public["keys"][0]), algorithms=["EdDSA"])


def test_the_broker_gets_hashes_and_no_password(root: Path) -> None:
    init.make(root, TOPOLOGY)

    text = (root / "rabbitmq" / "definitions.json").read_text("utf-8")
    for path in (root / "rabbitmq").glob("*.password"):
        assert path.read_text("utf-8") not in text
    hashed = {user["name"]: user["password_hash"] for user in json.loads(text)["users"]}
    raw = base64.b64decode(hashed["pairing"])
    password = (root / "rabbitmq" / "pairing.password").read_bytes()
    assert raw[4:] == hashlib.sha256(raw[:4] + password).digest()


def test_the_topology_is_kept_beside_the_users() -> None:
    made = init.definitions(TOPOLOGY, {"pairing": "x", "operator": "y"})

    assert made["queues"] == TOPOLOGY["queues"]
    assert {user["name"]: user["tags"] for user in made["users"]} == {
        "pairing": [],
        "operator": ["administrator"],
    }


@pytest.mark.parametrize("service", init.SERVICES)
def test_a_service_may_touch_its_own_queues_and_nobody_elses(service: str) -> None:
    made = init.definitions(TOPOLOGY, dict.fromkeys(init.SERVICES, "x"))
    rights = next(r for r in made["permissions"] if r["user"] == service)
    told = next(r for r in made["topic_permissions"] if r["user"] == service)

    for other in init.SERVICES:
        mine = other == service
        queue = f"{other}.property.estate.registered.v1"
        assert bool(re.search(rights["read"], queue)) is mine
        assert bool(re.search(rights["configure"], f"{other}.retry.10s")) is mine
        assert bool(re.search(told["write"], f"{other}.thing.done.v1")) is mine
    assert re.search(rights["write"], "linli.events")


def test_a_folder_that_is_not_there_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["init", str(tmp_path / "gone")])

    assert init.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("init: ")
    assert said.count("\n") == 1
