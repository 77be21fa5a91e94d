"""Photos over HTTP."""

import pytest

from services.property.api.forms import PREFIX
from services.property.tests.api.office import COMMITTEE, DISPATCHER, RESIDENT, STRANGERS, Office
from services.property.tests.samples import COMMUNITY
from shared.auth import Caller
from shared.testing_photos import SECRET, picture, telling
from shared.testing_web import Reply, english, person


async def send(office: Office, content: bytes, who: Caller, kind: str = "image/jpeg") -> Reply:
    """A photo as the body itself."""
    headers = english(
        authorization=f"Bearer {office.client.token(who)}",
        content_type=kind,
        content_length=str(len(content)),
    )
    return await office.client.raw("POST", f"{PREFIX}/photos", headers, [content])


async def test_a_photo_goes_in_and_comes_out_without_what_it_told(office: Office) -> None:
    sent = telling("JPEG")
    assert SECRET in sent

    reply = await send(office, sent, DISPATCHER)

    assert reply.status == 201, reply.body
    view = reply.json()
    assert (view["community"], view["width"], view["height"]) == (COMMUNITY, 60, 40)
    path = reply.headers["location"]
    assert path == f"{PREFIX}/photos/{view['id']}/content"
    shown = await office.client.call("GET", path, DISPATCHER)
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert SECRET not in shown.body
    assert len(shown.body) == view["size_bytes"]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"%PDF-1.7 no photo", "image/jpeg", 422, "photo.no_photo"),
        (picture()[:200], "image/jpeg", 422, "photo.broken"),
        (b"{}", "application/pdf", 415, "http.unsupported_type"),
    ],
)
async def test_what_is_no_photo_is_refused_in_words(
    office: Office, content: bytes, kind: str, status: int, code: str
) -> None:
    reply = await send(office, content, DISPATCHER, kind)
    assert (reply.status, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


async def test_nobody_is_shown_a_photo_of_others(office: Office) -> None:
    path = (await send(office, picture(), DISPATCHER)).headers["location"]

    for stranger in STRANGERS.values():
        assert (await office.client.call("GET", path, stranger)).status == 404
    assert (await office.client.call("GET", path, RESIDENT)).status == 403
    assert (await office.client.call("GET", path, COMMITTEE)).status == 200


async def test_who_has_several_communities_says_whose_the_photo_is(office: Office) -> None:
    both = person("committee", communities=(COMMUNITY, "elsewhere"))
    reply = await send(office, picture(), both)
    assert (reply.status, reply.json()["code"]) == (403, "access.which_community")
