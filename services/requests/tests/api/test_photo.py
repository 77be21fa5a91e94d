"""Photos come in by content, go out clean, and are seen by nobody who may not read the request."""

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Any
from zlib import compress, crc32

import pytest
from PIL import Image

from services.requests.store import photo_files
from services.requests.tests.api.callers import caller, get, post, submitted
from services.requests.tests.guests import ask, guest_client, holding, photos_of, upload
from services.requests.tests.harness import Harness
from shared.errors import LinliError, Stale, Unavailable
from shared.mongo import Database
from shared.photos.photo import JPEG, PHOTO_BYTES_MAX, PNG, WEBP
from shared.store import Store
from shared.testing_photos import SECRET, FakePhotoFiles, picture, telling
from shared.testing_web import Reply, WebClient

KINDS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}


@pytest.fixture
def files(either: Database | None) -> Any:
    return photo_files(either) if either else FakePhotoFiles()


@pytest.fixture
def client(harness: Harness, files: Any) -> WebClient:
    return guest_client(harness, files)


def token(client: WebClient, who: str) -> str:
    return f"Bearer {client.token(caller(who))}"


async def put(
    client: WebClient, path: str, content: bytes, kind: str = JPEG, who: str = "resident"
) -> Reply:
    return await upload(client, path, content, kind, token(client, who))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_photo_goes_in_and_comes_out_as_what_it_is(client: WebClient, kind: str) -> None:
    path = await submitted(client, "resident")

    reply = await put(client, path, picture(KINDS[kind]), kind)

    assert reply.status == 201, reply.body
    (kept,) = reply.json()["photos"]
    assert (kept["media_type"], kept["width"], kept["height"]) == (kind, 40, 30)
    shown = await get(client, reply.headers["location"], "resident")
    assert shown.headers["content-type"] == kind
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert len(shown.body) == kept["size_bytes"]
    assert Image.open(BytesIO(shown.body)).size == (40, 30)
    assert (await get(client, f"{path}/story", "resident")).json()["items"][-1]["type"] == (
        "requests.request.photo_added.v1"
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_but_pixels_is_kept_of_a_photo(client: WebClient, kind: str) -> None:
    sent = telling(KINDS[kind])
    assert SECRET in sent
    path = await submitted(client, "resident")

    reply = await put(client, path, sent, kind)

    shown = await get(client, reply.headers["location"], "resident")
    read = Image.open(BytesIO(shown.body))
    assert SECRET not in shown.body
    assert dict(read.getexif()) == {}
    assert not {"exif", "xmp", "comment", "XML:com.adobe.xmp"} & set(read.info)


async def test_a_photo_is_turned_upright_before_it_forgets_how_it_was_held(
    client: WebClient,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held turned by a quarter
    path = await submitted(client, "resident")

    reply = await put(client, path, picture("JPEG", (60, 40), exif=exif.tobytes()))

    assert [(each["width"], each["height"]) for each in reply.json()["photos"]] == [(40, 60)]


async def test_a_large_photo_is_kept_at_a_sensible_size(client: WebClient) -> None:
    path = await submitted(client, "resident")

    reply = await put(client, path, picture("JPEG", (6000, 3000)))

    assert [(each["width"], each["height"]) for each in reply.json()["photos"]] == [(2560, 1280)]


def png_saying(width: int, height: int) -> bytes:
    """A few bytes that unfold to a picture of this size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return len(content).to_bytes(4, "big") + body + crc32(body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    start = b"\x89PNG\r\n\x1a\n"
    return (
        start + chunk(b"IHDR", head) + chunk(b"IDAT", compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


BAD: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 422, "photo.one"),
    "text": (b"this is no photo", 422, "photo.no_photo"),
    "a page": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "photo.no_photo"),
    "a GIF": (b"GIF89a\x01\x00\x01\x00", 422, "photo.no_photo"),
    "a beginning only": (b"\xff\xd8\xff\xe0", 422, "photo.broken"),
    "half of one": (picture("JPEG", (400, 300))[:900], 422, "photo.broken"),
    "half a PNG": (picture("PNG", (400, 300))[:900], 422, "photo.broken"),
    "half a WebP": (picture("WEBP", (400, 300))[:300], 422, "photo.broken"),
    "a bomb": (png_saying(50_000, 50_000), 422, "photo.too_many_pixels"),
    "a thread": (png_saying(40_000, 1), 422, "photo.too_many_pixels"),
    "a bomb that is small enough": (png_saying(3_500, 3_500), 422, "photo.broken"),
    "too much": (b"\xff\xd8\xff" + b"\0" * PHOTO_BYTES_MAX, 413, "photo.too_large"),
    "far too much": (b"\0" * (PHOTO_BYTES_MAX + 20_000), 413, "http.too_large"),
}


@pytest.mark.parametrize("what", BAD)
async def test_what_is_no_photo_is_refused_whatever_it_is_called(
    client: WebClient, files: Any, what: str
) -> None:
    content, status, code = BAD[what]
    path = await submitted(client, "resident")

    reply = await put(client, path, content)

    assert (reply.status, reply.json()["code"]) == (status, code)
    assert (await get(client, path, "resident")).json()["photos"] == []


async def test_a_photo_of_a_form_is_taken_and_several_are_not(client: WebClient) -> None:
    path = await submitted(client, "resident")
    head = b'Content-Disposition: form-data; name="photo"; filename="x.txt"\r\n\r\n'
    part = b"--b\r\n" + head + picture() + b"\r\n"
    kind = "multipart/form-data; boundary=b"

    assert (await put(client, path, part + b"--b--\r\n", kind)).status == 201
    several = await put(client, path, part + part + b"--b--\r\n", kind)
    assert (several.status, several.json()["code"]) == (422, "photo.one")
    broken = await put(client, path, part, kind)
    assert (broken.status, broken.json()["code"]) == (400, "http.form_malformed")


async def test_five_photos_are_enough(client: WebClient) -> None:
    path = await submitted(client, "resident")
    for _ in range(5):
        assert (await put(client, path, picture())).status == 201

    sixth = await put(client, path, picture())

    assert (sixth.status, sixth.json()["code"]) == (409, "photo.too_many")
    assert len((await get(client, path, "resident")).json()["photos"]) == 5


async def test_five_photos_are_enough_though_six_come_at_once(
    client: WebClient, files: Any
) -> None:
    path = await submitted(client, "resident")

    statuses = sorted(
        reply.status
        for reply in await asyncio.gather(*(put(client, path, picture()) for _ in range(8)))
    )

    held = [each["id"] for each in (await get(client, path, "resident")).json()["photos"]]
    assert statuses.count(201) == len(held) <= 5
    assert set(statuses) <= {201, 409, 412}
    assert all([await files.read(photo_id) for photo_id in held])


async def test_who_may_not_read_a_request_sees_no_photo_of_it(client: WebClient) -> None:
    path = await submitted(client, "resident", visibility="confidential")
    photo = (await put(client, path, picture())).headers["location"]

    seen = {
        who: (await get(client, photo, who)).status
        for who in ("resident", "staff", "neighbour", "committee", "staff@elsewhere")
    }

    assert seen == {
        "resident": 200, "staff": 200, "neighbour": 404, "committee": 404, "staff@elsewhere": 404,
    }  # fmt: skip
    other = await submitted(client, "resident")
    borrowed = photo.replace(path, other)
    assert (await get(client, borrowed, "resident")).status == 404


async def test_who_neither_asked_nor_handles_puts_no_photo_in(client: WebClient) -> None:
    path = await submitted(client, "resident", visibility="staff")

    assert (await put(client, path, picture(), who="neighbour")).status == 404
    assert (await put(client, path, picture(), who="committee")).status == 403
    assert (await put(client, path, picture(), who="staff")).status == 201


async def test_the_holder_of_a_code_puts_photos_to_its_own_request(client: WebClient) -> None:
    path, code = await ask(client)
    other, _ = await ask(client)

    assert (await upload(client, path, picture(), JPEG, f"Bearer {code}")).status == 201
    assert (await upload(client, other, picture(), JPEG, f"Bearer {code}")).status == 404


async def test_a_photo_that_is_taken_out_is_gone(client: WebClient, files: Any) -> None:
    path, code = await ask(client)
    photo = (await upload(client, path, picture(), JPEG, f"Bearer {code}")).headers["location"]

    removed = await holding(client, code, "DELETE", photo)

    assert (removed.status, removed.json()["photos"]) == (200, [])
    assert (await holding(client, code, "GET", photo)).status == 404
    assert (await holding(client, code, "DELETE", photo)).status == 404
    assert await files.read(photo.rpartition("/")[2]) is None


async def test_an_ended_request_takes_no_photo_and_keeps_none_of_it(
    client: WebClient, files: Any
) -> None:
    path = await submitted(client, "resident")
    await post(client, f"{path}/withdrawal", "resident")

    refused = await put(client, path, picture())

    assert (refused.status, refused.json()["code"]) == (409, "request.wrong_state")


class Refusing:
    """A store whose writes fail in one way."""

    def __init__(self, store: Store[Any], error: LinliError) -> None:
        self._store = store
        self._error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def save(self, *_: Any, **__: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    ("error", "left"),
    [(Stale("store.stale", seen=1, version=2), 0), (Unavailable("store.unavailable"), 1)],
)
async def test_a_photo_that_no_request_came_to_hold_is_forgotten(
    harness: Harness, files: Any, client: WebClient, error: LinliError, left: int
) -> None:
    path = await submitted(client, "resident")
    harness.store = Refusing(harness.store, error)
    refusing = guest_client(harness, files)
    headers = f"Bearer {refusing.token(caller('resident'))}"

    assert (await upload(refusing, path, picture(), JPEG, headers)).status >= 400

    later = harness.clock.now() + timedelta(hours=2)
    waiting = await files.unsettled(later, limit=10)
    assert len(waiting) == left
    photos = photos_of(harness, files)
    assert await photos.sweep() == 0  # it may be under way still
    for photo_id in waiting:
        assert await files.read(photo_id) is not None


async def test_the_sweep_forgets_what_nobody_holds_and_keeps_what_somebody_does(
    harness: Harness, files: Any, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await submitted(client, "resident")

    async def forgetful(photo_id: str) -> None:
        """As if the process had died before it settled the photo."""

    with monkeypatch.context() as patch:
        patch.setattr(files, "settle", forgetful)
        held = (await put(client, path, picture())).json()["photos"][0]["id"]
    await files.keep("pho_orphan", picture())
    photos = photos_of(harness, files)
    monkeypatch.setattr("services.requests.service.photo.ORPHAN_AFTER", timedelta(seconds=-1))

    assert await photos.sweep() == 1
    assert await files.read("pho_orphan") is None
    assert await files.read(held) is not None
    assert await photos.sweep() == 0
