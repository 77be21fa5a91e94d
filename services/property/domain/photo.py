"""Photos that show what happened or what was done: sent first, then named by their ids."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.photos.photo import PHOTOS_MAX

__all__ = ["PHOTOS_MAX", "UNUSED_AFTER", "Photo"]

UNUSED_AFTER = timedelta(days=1)
"""A photo that nothing names by then is forgotten: whoever was going to has begun anew."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as it was kept; width and height in pixels.

    ``company``: of whom sent it, None for a person of the community. Once something names it,
    ``used_at`` says since when, and ``estate_id`` and ``contractor_id`` whose business that is, if
    it stands on an estate.
    """

    id: str
    community: str
    uploaded_by: str
    company: str | None
    uploaded_at: datetime
    media_type: str
    size_bytes: int
    width: int
    height: int
    used_at: datetime | None = None
    estate_id: str | None = None
    contractor_id: str | None = None
