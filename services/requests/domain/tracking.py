"""The tracking code: what somebody who was not signed in holds, and gets at one request with.

``lnt_<request id>_<secret>``. The secret is 26 signs of Crockford's alphabet, 130 random bits, so
that guessing is hopeless and it can still be read out over a telephone. Only its SHA-256 is kept:
a slow hash buys nothing at that many bits, and would be a lever for denial of service.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.requests.domain.contact import Contact
from services.requests.domain.reader import Reader
from services.requests.domain.request import ServiceRequest
from shared.errors import Invalid, NotAllowed, NotFound

PREFIX = "lnt_"
SECRET_CHARACTERS = 26
CODE_CHARACTERS_MAX = 100
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U to be misread."""
DRAFT_LIFETIME, CLOCKS_APART = timedelta(hours=24), timedelta(minutes=1)
TIME_CHARACTERS = 10
_LATEST_MS = 4_102_444_800_000  # the year 2100
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


def must_be_fresh(code: TrackingCode, at: datetime) -> None:
    """Passes for a code that was given out of late, for a request still to be made.

    ``Invalid`` for one whose request's id (a ULID, that begins with a time) is of another day:
    ids are the order of every list.
    """
    bare = code.request_id.rpartition("_")[2][:TIME_CHARACTERS]
    given = sum(ALPHABET.find(sign) << 5 * n for n, sign in enumerate(reversed(bare)))
    age = at - datetime.fromtimestamp(min(given, _LATEST_MS) / 1000, UTC)
    if not -CLOCKS_APART <= age <= DRAFT_LIFETIME:
        raise Invalid("tracking.expired", pointer="/tracking_code")


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
