"""The doors of people without an account, in the tests: a client, and what they send."""

from typing import Any

from fastapi import APIRouter

from services.requests.api import conversation, intake, page, photo, request, tracking
from services.requests.domain.tracking import PREFIX
from services.requests.service.conversation import ConversationService
from services.requests.service.photo import PhotoService
from services.requests.service.tracking import TrackingService
from services.requests.tests.harness import Harness
from shared.mongo import Documents
from shared.photos.pictures import PillowPictures
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


async def upload(
    client: WebClient, path: str, content: bytes, kind: str, authorization: str
) -> Reply:
    """A photo sent as a body."""
    headers = english(
        authorization=authorization, content_type=kind, content_length=str(len(content))
    )
    pieces = [content[at : at + 65536] for at in range(0, len(content), 65536)]
    return await client.raw("POST", f"{path}/photos", headers, pieces)
