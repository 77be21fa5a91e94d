"""What the tests of pages do: fill in forms as a browser sends them, and read what is shown."""

import re
from html import unescape
from typing import Any

from shared.testing_pages import Read
from shared.testing_web import Reply, WebClient, english

PAGES = "/api/requests/v1/open/pages"
REPORT, TRACKING = f"{PAGES}/estates/est_1", f"{PAGES}/tracking"
BOUNDARY = "XyZ"


def shown(reply: Reply) -> str:
    """The page, as its reader sees the words."""
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return unescape(reply.body.decode())


def filled(reply: Reply) -> dict[str, str]:
    """What the form on a page remembers."""
    told = reply.body.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', told))


async def send(
    client: WebClient, path: str, photos: list[bytes] | None = None, **fields: str
) -> Reply:
    """A form as a browser sends it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for content in photos or [b""]:
        head = 'Content-Disposition: form-data; name="photo"; filename="p.jpg"\r\n'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n".encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    headers = english(
        content_type=f"multipart/form-data; boundary={BOUNDARY}", content_length=str(len(body))
    )
    return await client.raw("POST", path, headers, [body])


async def form(client: WebClient, code: str = "noise") -> dict[str, str]:
    reply = await client.call("GET", f"{REPORT}?service_code={code}&lang=en")
    assert reply.status == 200
    return filled(reply)


async def reported(client: WebClient, **fields: Any) -> tuple[Reply, str]:
    """What is answered to a filled-in form, and the code on it."""
    remembered = await form(client)
    reply = await send(client, REPORT, **{**remembered, "description": "楼道灯坏了", **fields})
    return reply, remembered["tracking_code"]


def read(reply: Reply) -> Read:
    """The page as a browser reads it: every control has a name, and no id stands twice."""
    page = Read(reply.body.decode())
    assert page.bare == []
    assert len(page.ids()) == len(set(page.ids()))
    return page
