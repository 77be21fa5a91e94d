"""The command line: what it does, what it says, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from shared.auth import ROLE_SCOPES, TokenReader, key_set
from shared.cli import main
from shared.cli.serve import server
from shared.cli.words import lang_of
from shared.settings import CommonSettings
from shared.testing_web import PEPPER

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine's."""
    for name in os.environ:
        if name.startswith(("LINLI_", "REQUESTS_", "PROPERTY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")


def run(*arguments: str) -> int:
    """The command's exit code."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


Said = pytest.CaptureFixture[str]


def test_it_speaks_chinese_unless_told_otherwise(capsys: Said) -> None:
    assert run("--help") == 0
    assert "邻里" in capsys.readouterr().out
    assert run("--lang", "en", "--help") == 0
    assert "command line of Linli" in capsys.readouterr().out


def test_the_language_is_told_by_option_or_by_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lang_of(["--lang=en"]) == "en"
    assert lang_of(["--lang"]) == "zh"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert lang_of([]) == "en"
    monkeypatch.setenv("LINLI_LANG", "zh")
    assert lang_of([]) == "zh"


async def test_keys_are_made_once_and_tokens_signed_with_them(tmp_path: Path, capsys: Said) -> None:
    folder = tmp_path / "keys"
    assert run("keys", "init", str(folder)) == 0
    before = (folder / "signing_key.pem").read_bytes()
    assert run("--lang", "en", "keys", "init", str(folder)) == 1
    assert "nothing was changed" in capsys.readouterr().err
    assert (folder / "signing_key.pem").read_bytes() == before

    who = ("--person", "per_1", "--community", "here", "--community", "there")
    assert run("token", "--keys", str(folder), "--role", "branch", *who, "--branch", "brn_1") == 0
    token = capsys.readouterr().out.strip()
    keys = key_set(file=folder / "jwks.json", url=None, issuer="linli")
    caller = await TokenReader(keys, issuer="linli", audience="linli").read(token)
    assert caller.scopes == ROLE_SCOPES["branch"]
    assert (caller.id, caller.branch) == ("per_1", "brn_1")
    assert caller.communities == ("here", "there")


def test_a_token_without_keys_is_one_clear_line(tmp_path: Path, capsys: Said) -> None:
    who = ("--role", "staff", "--person", "p", "--community", "c")
    assert run("--lang", "en", "token", "--keys", str(tmp_path), *who) == 1

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "linli keys init" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nonsense",), 2),
        (("token",), 2),
        (("serve", "nonsense"), 1),
        (("serve", "os.path"), 1),
        (("topology", "apply"), 1),
        (("dead-letters", "list", "--queue", "q"), 1),
        (("dead-letters", "list", "--since", "yesterday"), 1),
        (("topology", "apply", "--definitions", "/nowhere"), 1),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: tuple[str, ...], code: int, capsys: Said
) -> None:
    assert run(*arguments) == code

    said = capsys.readouterr().err.strip()
    assert said
    if code == 1:
        assert "\n" not in said


def test_bad_settings_are_one_line_each_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setenv("LINLI_MONGO_URL", "mongodb://x")
    monkeypatch.setenv("REQUESTS_PREFETCH", "hunter2")
    assert run("--lang", "en", "serve", "requests") == 1

    assert capsys.readouterr().err.splitlines() == [
        "REQUESTS_AMQP_URL / LINLI_AMQP_URL: It is not set.",
        "REQUESTS_PREFETCH / LINLI_PREFETCH: It must be a whole number.",
    ]


@pytest.mark.parametrize("command", [("topology", "apply"), ("dead-letters", "list")])
def test_a_broker_s_address_that_is_none_is_one_line_without_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LINLI_AMQP_URL", "amqp://linli:hunter2/x@broker/")
    assert run("--lang", "en", *command) == 1

    said = capsys.readouterr().err
    assert said.startswith("LINLI_AMQP_URL: It must be an address")
    assert said.count("\n") == 1
    assert "hunter2" not in said


@pytest.fixture
def lonely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that hold, of a store and a broker that are away."""
    run("keys", "init", str(tmp_path / "keys"))
    monkeypatch.setenv("LINLI_MONGO_URL", "mongodb://127.0.0.1:1")
    monkeypatch.setenv("LINLI_AMQP_URL", "amqp://127.0.0.1:1")
    monkeypatch.setenv("LINLI_JWKS_FILE", str(tmp_path / "keys" / "jwks.json"))
    monkeypatch.setenv("LINLI_API_KEY_PEPPER", PEPPER)


@pytest.mark.parametrize(
    ("trusted", "sent", "seen"),
    [
        ("", "10.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1", "10.0.0.1"),
        ("127.0.0.0/8", "10.0.0.1, 192.0.2.9", "192.0.2.9"),
        ("172.16.0.0/12", "10.0.0.1", "127.0.0.1"),
    ],
)
async def test_an_address_is_taken_from_a_header_of_a_trusted_proxy_s_alone(
    monkeypatch: pytest.MonkeyPatch, trusted: str, sent: str, seen: str
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    told: list[str] = []

    async def app(scope: Any, _: Any, __: Any) -> None:
        told.append(scope["client"][0])

    settings = CommonSettings(mongo_url="mongodb://x", amqp_url="amqp://x", trusted_proxies=trusted)
    config = server(app, settings)  # type: ignore[arg-type]
    config.load()
    scope = {
        "type": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(b"x-forwarded-for", sent.encode())],
    }
    await config.loaded_app(scope, None, None)
    assert told == [seen]


@pytest.mark.usefixtures("lonely")
def test_a_busy_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        command = [sys.executable, "-m", "shared.cli", "--lang=en", "serve", "property"]
        ended = subprocess.run(
            [*command, "--port", port], cwd=ROOT, capture_output=True, text=True, timeout=60
        )

    assert ended.returncode == 1
    assert ended.stderr.strip() == f"Cannot listen on 127.0.0.1:{port}: Address already in use."


@pytest.mark.usefixtures("lonely")
def test_a_service_serves_without_its_parts_logs_json_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "shared.cli", "serve", "requests", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as served:
        try:
            lines = asked_once(served)
            served.send_signal(signal.SIGTERM)
            assert served.stderr is not None
            lines += [json.loads(line) for line in served.stderr]
            code = served.wait(timeout=60)
        finally:
            served.kill()

    assert code in (0, -signal.SIGTERM)
    (request,) = [line for line in lines if line["logger"] == "access"]
    assert (request["route"], request["status"]) == ("/health/live", 200)
    assert {line["service"] for line in lines} == {"requests"}
    assert not [line for line in lines if line["level"] == "ERROR"]


def asked_once(served: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Ask a service whether it lives, once it listens; the lines that it logged until then."""
    assert served.stderr is not None
    lines = []
    for line in served.stderr:
        lines.append(json.loads(line))
        if lines[-1]["message"] == "listening":
            break
    with urllib.request.urlopen(f"http://127.0.0.1:{lines[-1]['port']}/health/live") as reply:
        assert json.load(reply) == {"status": "live"}
    return lines
