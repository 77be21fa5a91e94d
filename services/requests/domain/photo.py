"""What is known of a photo; its bytes lie beside the request, not in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as it was kept; width and height in pixels."""

    id: str
    media_type: str
    size_bytes: int
    width: int
    height: int
