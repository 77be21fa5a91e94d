"""The tracking code: what somebody who was not signed in holds, and gets at one request with.

``lnt_<request id>_<secret>``. The secret is 26 signs of Crockford's alphabet, 130 random bits, so
that guessing is hopeless and it can still be read out over a telephone. Only its SHA-256 is kept:
a slow hash buys nothing at that many bits, and would be a lever for denial of service.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from services.requests.domain.contact import Contact
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from shared.errors import NotAllowed, NotFound

PREFIX = "lnt_"
SECRET_CHARACTERS = 26
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U to be misread."""
_SHAPE = re.compile(rf"LNT_REQ_([0-9A-Z]{{26}})_([{ALPHABET}]{{{SECRET_CHARACTERS}}})")


@dataclass(frozen=True, slots=True, repr=False)
class TrackingCode:
    """The request that it is about, and the secret that proves it."""

    request_id: str
    secret: str

    @property
    def text(self) -> str:
        """The code as its holder sends it."""
        return f"{PREFIX}{self.request_id}_{self.secret}"


def read_code(text: str) -> TrackingCode | None:
    """The code that somebody sent or typed, in any case and with blanks in it; None if it is
    none."""
    match = _SHAPE.fullmatch("".join(text.split()).upper())
    return TrackingCode(f"req_{match[1]}", match[2]) if match else None


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def proves(code: TrackingCode, request: ServiceRequest) -> bool:
    """Whether the code is this request's; takes as long for a secret that is nearly right."""
    return request.tracking is not None and hmac.compare_digest(
        digest_of(code.secret), request.tracking
    )


def contact_for(reader: Reader, request: ServiceRequest) -> Contact:
    """How to reach the requester, for the requester and those who handle requests.

    ``NotAllowed`` for others who may read the request; ``NotFound`` if nothing was told.
    """
    if not reader.handles and reader.id != request.requester_id:
        raise NotAllowed("contact.not_yours")
    if request.contact is None:
        raise NotFound("contact.none")
    return request.contact
