"""Where the keys come from, and what happens while that is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from shared.auth import KeySet, SigningKey, key_set
from shared.auth import jwks as module
from shared.auth.jwks import fetch_json
from shared.errors import Unavailable


@dataclass
class Source:
    """Gives keys, counts how often it is asked, and may be away."""

    document: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    away: bool = False
    at: float = 1000.0

    async def load(self) -> dict[str, Any]:
        self.asked += 1
        if self.away:
            raise Unavailable("auth.keys_unavailable")
        return self.document

    def time(self) -> float:
        return self.at


OLD, NEW = SigningKey.generate(), SigningKey.generate()


def both(*keys: SigningKey) -> dict[str, Any]:
    return {"keys": [key.jwks()["keys"][0] for key in keys]}


async def test_an_unknown_key_is_looked_for_once_a_minute_at_most() -> None:
    source = Source(both(OLD))
    keys = KeySet(source.load, source.time)
    assert await keys.find(OLD.kid)
    source.document = both(OLD, NEW)

    for _ in range(5):
        assert await keys.find(NEW.kid) is None
    assert source.asked == 1

    source.at += 60
    assert await keys.find(NEW.kid)
    for _ in range(5):
        assert await keys.find("nobody's") is None
    assert source.asked == 2


async def test_a_withdrawn_key_goes_out_of_use() -> None:
    source = Source(both(OLD, NEW))
    keys = KeySet(source.load, source.time)
    assert await keys.find(OLD.kid)
    source.document = both(NEW)

    source.at += module.OLDEST_SECONDS
    assert await keys.find(OLD.kid) is None
    assert await keys.find(NEW.kid)


async def test_what_was_good_stays_good_while_the_source_is_away() -> None:
    source = Source(both(OLD))
    keys = KeySet(source.load, source.time)
    await keys.find(OLD.kid)
    source.away = True
    source.at += module.OLDEST_SECONDS

    assert await keys.find(OLD.kid)


async def test_without_any_key_nobody_can_be_told_and_the_source_is_not_pressed() -> None:
    source = Source(both(OLD), away=True)
    keys = KeySet(source.load, source.time)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await keys.find(OLD.kid)
    assert source.asked == 1

    source.away = False
    source.at += module.RETRY_SECONDS
    assert await keys.find(OLD.kid)


@pytest.mark.parametrize("document", [{}, {"keys": []}, {"keys": 3}, {"keys": [3, {}]}], ids=str)
async def test_a_document_without_a_key_is_no_source(document: dict[str, Any]) -> None:
    source = Source(document)
    with pytest.raises(Unavailable):
        await KeySet(source.load, source.time).find(None)


@pytest.fixture
async def issuer() -> AsyncIterator[TestServer]:
    """An OIDC issuer on this machine."""
    routes = web.Application()

    async def discovery(request: web.Request) -> web.Response:
        here = str(server.make_url("")).rstrip("/")
        name = "https://somebody.else" if "liar" in request.path else here
        return web.json_response({"issuer": name, "jwks_uri": f"{here}/keys"})

    async def keys(_: web.Request) -> web.Response:
        return web.json_response(OLD.jwks())

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=b" " * (module.DOCUMENT_BYTES_MAX + 1) + b"{}")

    async def moved(_: web.Request) -> web.Response:
        raise web.HTTPFound("/keys")

    routes.router.add_get("/.well-known/openid-configuration", discovery)
    routes.router.add_get("/liar/.well-known/openid-configuration", discovery)
    routes.router.add_get("/keys", keys)
    routes.router.add_get("/large", large)
    routes.router.add_get("/moved", moved)
    server = TestServer(routes)
    await server.start_server()
    yield server
    await server.close()


async def test_keys_come_from_an_address_or_from_the_issuers_discovery(issuer: TestServer) -> None:
    here = str(issuer.make_url("")).rstrip("/")
    by_url = key_set(file=None, url=f"{here}/keys", issuer="linli")
    by_discovery = key_set(file=None, url=None, issuer=here)

    for keys in (by_url, by_discovery):
        assert keys is not None
        assert await keys.find(OLD.kid)


async def test_a_discovery_that_names_another_issuer_is_not_used(issuer: TestServer) -> None:
    keys = key_set(file=None, url=None, issuer=str(issuer.make_url("/liar")))
    assert keys is not None
    with pytest.raises(Unavailable):
        await keys.find(OLD.kid)


@pytest.mark.parametrize("path", ["/large", "/moved", "/nothing"])
async def test_an_answer_that_is_not_as_it_should_be_is_no_answer(
    issuer: TestServer, path: str
) -> None:
    with pytest.raises(Unavailable):
        await fetch_json(str(issuer.make_url(path)))


async def test_an_issuer_that_is_away_is_unavailable(unused_tcp_port: int) -> None:
    with pytest.raises(Unavailable):
        await fetch_json(f"http://127.0.0.1:{unused_tcp_port}/keys")


async def test_a_file_that_is_not_there_or_no_json_is_unavailable(tmp_path: Path) -> None:
    broken = tmp_path / "jwks.json"
    broken.write_text("{")
    for file in (tmp_path / "none.json", broken):
        keys = key_set(file=file, url=None, issuer="linli")
        assert keys is not None
        with pytest.raises(Unavailable):
            await keys.find(None)
