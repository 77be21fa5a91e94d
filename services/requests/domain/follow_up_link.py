"""The one-click link (回访链接): lets a requester answer for one resolution, without signing in.

``lnf_<request>_<mac>``. The MAC (HMAC-SHA-256, its first 128 bits) is over the request and the
moment of its resolution, so a link is good for that resolution alone, and nothing has to be kept
for it: it can be made again from the request by whoever holds the key. It opens as long as the
request waits for an answer, and so once.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.requests.domain.request import RequestState, ServiceRequest
from shared.errors import WrongState

PREFIX = "lnf_"
MAC_CHARACTERS = 32
_PURPOSE = b"linli follow-up link\x00"
_SHAPE = re.compile(rf"{PREFIX}([0-9A-Z]{{26}})_([0-9a-f]{{{MAC_CHARACTERS}}})")


@dataclass(frozen=True, slots=True, repr=False)
class FollowUpLink:
    """The request that a link is about, and what proves it."""

    request_id: str
    mac: str

    @property
    def token(self) -> str:
        """The end of the link's address."""
        return f"{PREFIX}{self.request_id.removeprefix('req_')}_{self.mac}"


def read_link(token: str) -> FollowUpLink | None:
    """The link that a token stands for; None if it is none."""
    match = _SHAPE.fullmatch(token)
    return FollowUpLink(f"req_{match[1]}", match[2]) if match else None


def link_for(request: ServiceRequest, *, key: bytes, at: datetime) -> FollowUpLink:
    """The link for its resolution; ``WrongState`` if it does not wait for an answer."""
    must_wait(request, at=at)
    return FollowUpLink(request.id, _mac(request, key))


def proves(link: FollowUpLink, request: ServiceRequest, keys: Iterable[bytes]) -> bool:
    """Whether the link is for the last resolution of this request, answered or not."""
    if request.resolved_at is None:
        return False
    return any(hmac.compare_digest(link.mac, _mac(request, key)) for key in keys)


def waits(request: ServiceRequest, *, at: datetime) -> bool:
    """Whether an answer is awaited and its time is not over."""
    due_at = request.follow_up_due_at
    return request.state is RequestState.RESOLVED and due_at is not None and at < due_at


def must_wait(request: ServiceRequest, *, at: datetime) -> None:
    """Passes if an answer is awaited; ``WrongState`` if it was given, or its time is over."""
    if not waits(request, at=at):
        raise WrongState("follow_up.over")


def _mac(request: ServiceRequest, key: bytes) -> str:
    resolved_at = request.resolved_at.isoformat() if request.resolved_at else ""
    told = _PURPOSE + f"{request.id}\x00{resolved_at}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:MAC_CHARACTERS]
