"""Photos for tests: pictures with something to see in them, and a place in memory for them."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image

from shared.clock import Clock, SystemClock

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
