"""The doors of people without an account, in the tests: a client, and what they send."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from fastapi import APIRouter
from PIL import Image

from services.requests.api import conversation, intake, page, photo, request, tracking
from services.requests.domain.tracking import PREFIX
from services.requests.service.conversation import ConversationService
from services.requests.service.photo import PhotoService
from services.requests.service.tracking import TrackingService
from services.requests.store.picture import PillowPictures
from services.requests.tests.harness import Harness
from shared.clock import Clock, SystemClock
from shared.mongo import Documents
from shared.testing_routes import MadeOnce
from shared.testing_web import Reply, WebClient, english, never_answered, web_client
from shared.web.markup import problem_page

GUEST_REQUESTS = "/api/requests/v1/open/requests"
CODES = "/api/requests/v1/open/tracking-codes"
ENTERED = "/api/requests/v1/entered-requests"
ASKED: dict[str, Any] = {
    "service_code": "noise",
    "estate_id": "est_1",
    "description": "三单元一楼的声控灯坏了。",
    "contact": {"name": "王阿姨", "phone": "138 0013 8000"},
}
SECRET = b"39.9150N 116.4900E"
"""What a photo may tell of where it was taken."""


@dataclass
class FakePhotoFiles:
    """Keeps photos in memory."""

    clock: Clock = field(default_factory=SystemClock)
    kept: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    async def keep(self, photo_id: str, content: bytes) -> None:
        self.notes[photo_id] = self.clock.now()
        self.kept[photo_id] = content

    async def settle(self, photo_id: str) -> None:
        self.notes.pop(photo_id, None)

    async def read(self, photo_id: str) -> bytes | None:
        return self.kept.get(photo_id)

    async def drop(self, photo_id: str) -> None:
        self.kept.pop(photo_id, None)
        self.notes.pop(photo_id, None)

    async def unsettled(self, before: Any, *, limit: int) -> list[str]:
        return [photo_id for photo_id, at in self.notes.items() if at < before][:limit]


def tracking_of(harness: Harness) -> TrackingService:
    """The use cases of tracking over a harness."""
    return TrackingService(harness.service, harness.estates, harness.store, harness.clock)


def photos_of(harness: Harness, files: Any) -> PhotoService:
    """The use cases of photos over a harness."""
    return PhotoService(harness.service, harness.store, files, PillowPictures(), harness.clock)


def guest_client(harness: Harness, files: Any, **options: Any) -> WebClient:
    """The routes that the holder of a tracking code may come to."""
    tracked, photos = tracking_of(harness), photos_of(harness, files)
    holders = tracking.CodeHolders(tracked)
    talk = ConversationService(harness.service, harness.store, harness.clock)
    answered = harness.store.answered if isinstance(harness.store, Documents) else never_answered
    return web_client(
        MadeOnce(request.router, harness.service, answered, harness.clock),
        MadeOnce(intake.router, harness.service, tracked),
        MadeOnce(photo.router, photos, answered),
        MadeOnce(conversation.router, talk, answered),
        MadeOnce(_pages, harness, holders, tracked, photos, talk),
        codes={PREFIX: holders},
        problem_forms={page.PAGES: problem_page},
        **options,
    )


def _pages(harness: Any, holders: Any, tracked: Any, photos: Any, talk: Any) -> APIRouter:
    types = harness.service_types
    return page.router(
        page.ReportPages(tracked, photos, types, harness.estates),
        page.TrackingPages(holders, harness.service, (photos, talk), types),
    )


async def ask(client: WebClient, **changes: Any) -> tuple[str, str]:
    """The path of a new request of somebody unknown, and the code that opens it."""
    reply = await client.call("POST", GUEST_REQUESTS, json={**ASKED, **changes}, headers=english())
    assert reply.status == 201, reply.body
    return reply.headers["location"], reply.json()["tracking_code"]


async def holding(
    client: WebClient, code: str, method: str, path: str, body: Any = None, **headers: str
) -> Reply:
    """A call by the holder of a code."""
    sent = english(authorization=f"Bearer {code}", **headers)
    return await client.call(method, path, json=body, headers=sent)


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **saved: Any) -> bytes:
    """A small picture with something to see in it."""
    made = Image.radial_gradient("L").resize(size).convert("RGB")
    written = BytesIO()
    made.save(written, format=form, **saved)
    return written.getvalue()


def telling(form: str) -> bytes:
    """A picture that tells where it was taken, in every way that its format has."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    more: dict[str, Any] = {"exif": exif.tobytes(), "xmp": b"<x>" + SECRET + b"</x>"}
    if form == "JPEG":
        more["comment"] = SECRET
    return picture(form, (60, 40), **more)


async def upload(
    client: WebClient, path: str, content: bytes, kind: str, authorization: str
) -> Reply:
    """A photo sent as a body."""
    headers = english(
        authorization=authorization, content_type=kind, content_length=str(len(content))
    )
    pieces = [content[at : at + 65536] for at in range(0, len(content), 65536)]
    return await client.raw("POST", f"{path}/photos", headers, pieces)
