"""A city's client of Open311 in the tests: it speaks as FixMyStreet's does, and reads XML alone.

After mysociety/fixmystreet, perllib/Open311.pm: its endpoint ends with a slash, its key goes with
POST only, any 2xx is success, several values of one attribute are repeated fields.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from fastapi import APIRouter

from services.requests.api import open311
from services.requests.api.open311_format import problem_shown
from services.requests.api.open311_views import About
from services.requests.domain.assignment import Unit
from services.requests.domain.joining import add_update
from services.requests.domain.machine import SCOPES
from services.requests.domain.progress import Audience, Update
from services.requests.domain.publication import Jurisdictions
from services.requests.domain.request import RequestState
from services.requests.service.open311 import Open311Service
from services.requests.tests.guests import photos_of
from services.requests.tests.harness import DISPATCHER, Harness
from shared.auth import KeyReader
from shared.clock import new_id
from shared.keys import ApiKeyService, Grant, Issuer, Terms, minter
from shared.testing_keys import FakeKeys
from shared.testing_photos import FakePhotoFiles
from shared.testing_routes import MadeOnce
from shared.testing_web import COMMUNITY, PEPPER, Reply, WebClient, web_client

ENDPOINT = "/open311/v2/"
ONE = Jurisdictions({"hongmiao.example": COMMUNITY})
TWO = Jurisdictions({"hongmiao.example": COMMUNITY, "elsewhere.example": "elsewhere"})
ARRAYS = {"service", "attribute", "value", "request", "error", "request_update"}
BY_FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
NEAR = {"lat": "39.9171", "long": "116.4832"}


@dataclass
class City:
    """A client and the service that it speaks with."""

    web: WebClient
    harness: Harness
    keys: ApiKeyService
    files: FakePhotoFiles
    api_key: str = ""
    jurisdiction: str | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)

    async def give_key(self, **changes: Any) -> str:
        """A key for the sample community, as operations hands it out."""
        facts = {"company": "fixmystreet", "communities": (COMMUNITY,), **changes}
        grant = Grant(scopes=tuple(sorted(SCOPES)), **facts)
        issuer = Issuer("per_ops", facts["communities"])
        return (await self.keys.issue(issuer, grant))[1]

    async def get(self, path: str, **query: str) -> Any:
        """What an address shows, as XML::Simple reads it; None if it is refused."""
        if self.jurisdiction:
            query["jurisdiction_id"] = self.jurisdiction
        return self._read(await self.get_raw(f"{path}?{urlencode(query)}"))

    async def get_raw(self, path: str, **headers: str) -> Reply:
        """The answer as it is; ``path`` goes on from the endpoint."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.web.raw("GET", ENDPOINT + path, sent, [])

    async def post(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> Any:
        """What a form is answered by; None if it is refused."""
        whole: dict[str, str | Sequence[str]] = {"api_key": self.api_key, **fields}
        if self.jurisdiction:
            whole["jurisdiction_id"] = self.jurisdiction
        return self._read(await self.post_raw(path, whole))

    async def post_raw(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> Reply:
        """The answer to a form as it is."""
        return await self.send(path, urlencode(fields, doseq=True).encode(), BY_FORM)

    async def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """The answer to any body."""
        length = {"content-length": str(len(body))}
        return await self.web.raw("POST", ENDPOINT + path, {**headers, **length}, [body])

    async def reported(self, **changes: str | Sequence[str]) -> str:
        """The id of a new report."""
        told = {"service_code": "repair.public", "description": "路灯不亮。", **NEAR, **changes}
        answer = await self.post("requests.xml", told)
        assert answer is not None, self.errors
        return str(answer["request"][0]["service_request_id"])

    async def note(self, request_id: str, *, ago: timedelta) -> None:
        """Hear only now what a handler wrote for everybody on a request so long ago."""
        at = self.harness.clock.now() - ago
        update = Update(new_id("upd"), Audience.PUBLIC, "已看过。", DISPATCHER.id, at)
        request = await self.harness.store.get(request_id)
        await self.harness.store.save(*add_update(request, update=update))

    def _read(self, reply: Reply) -> Any:
        found = simple(ElementTree.fromstring(reply.body))
        self.errors = []
        if 200 <= reply.status < 300:
            return found
        self.errors = [(each["code"], each["description"]) for each in found["error"]]
        return None


def simple(element: ElementTree.Element) -> Any:
    """An element as XML::Simple makes it: texts, and lists of what may come several times."""
    if not len(element):
        return element.text
    found: dict[str, Any] = {}
    for child in element:
        value = simple(child)
        if child.tag in ARRAYS:
            found.setdefault(child.tag, []).append(value)
        else:
            found[child.tag] = value
    return found


def city_over(harness: Harness, jurisdictions: Jurisdictions = ONE) -> City:
    """A client of Open311 over this harness, without a key as yet."""
    ring, files = FakeKeys(), FakePhotoFiles()
    clock = harness.clock

    async def community_of(estate_id: str) -> str | None:
        copy = await harness.copies.get(estate_id)
        return copy.community if copy else None

    keys = ApiKeyService(ring, Terms(SCOPES, community_of), clock, minter("dev", PEPPER))
    service = Open311Service(
        harness.service,
        harness.store,
        harness.service_types,
        harness.copies,
        jurisdictions,
        clock,
    )
    reader = KeyReader(ring, clock, PEPPER, "dev")
    routes = MadeOnce(_routes, service, photos_of(harness, files), reader, clock)
    web = web_client(routes, ring=ring, problem_forms={open311.PREFIX: problem_shown})
    return City(web, harness, keys, files)


def _routes(service: Any, photos: Any, reader: Any, clock: Any) -> APIRouter:
    about = About("https://linli.example", "api@linli.example")
    return open311.router(open311.Open311Routes(service, photos, reader, clock, about))


async def keyed(harness: Harness) -> City:
    """A client with a key for the sample community."""
    found = city_over(harness)
    found.api_key = await found.give_key()
    return found


def multipart(fields: Mapping[str, str], file: bytes) -> tuple[bytes, dict[str, str]]:
    """A body as browsers and FixMyStreet send it."""
    parts = [
        f'--cut\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--cut\r\ncontent-disposition: form-data; name="photo1"; filename="1.jpeg"\r\n\r\n'
    body = b"".join([*parts, head, file, b"\r\n--cut--\r\n"])
    return body, {"content-type": "multipart/form-data; boundary=cut"}


async def resolved(city: City, request_id: str) -> None:
    """Have it done."""
    request = await city.harness.store.get(request_id)
    if request.state is RequestState.SUBMITTED:
        await city.harness.service.accept(request_id, DISPATCHER, seen=None)
        await city.harness.service.assign(request_id, DISPATCHER, seen=None, unit=Unit.STAFF)
    await city.harness.service.start(request_id, DISPATCHER, seen=None)
    await city.harness.service.resolve(request_id, DISPATCHER, seen=None, note="已换灯")
