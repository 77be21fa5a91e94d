"""Number plates (车牌): how they are read, told apart, and shown to who need not know them.

Lenient on purpose: embassies, the forces and other provinces have plates of other forms, and a
camera has to be able to log what it saw.
"""

import re
import unicodedata

from shared.errors import Invalid

_BETWEEN = re.compile(r"[\s·•.\-_]+")
_PLATE = re.compile(r"[\u4e00-\u9fffA-Z0-9]{5,10}")
_LATIN_MIN = 4
_CONFUSED = str.maketrans("OI", "01")
"""GA 36-2018 gives no plate an O or an I in its number: who writes one means a digit."""
SHOWN_AT_ENDS = 2


def plate_number(text: str, *, pointer: str) -> str:
    """The plate without what people put between its signs, in capitals, full width made half.

    ``Invalid`` (``vehicle.plate``) at the pointer if it can be none.
    """
    plate = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _PLATE.fullmatch(plate) or sum(sign.isascii() for sign in plate) < _LATIN_MIN:
        raise Invalid("vehicle.plate", pointer=pointer)
    return plate


def alike(plate: str) -> str:
    """The same for all plates that are one to a camera and to people: what is looked up by."""
    return plate.translate(_CONFUSED)


def masked(plate: str | None) -> str | None:
    """What somebody who knows the vehicle tells it by, and nobody else: ``京A***45``."""
    if plate is None:
        return None
    hidden = "*" * (len(plate) - 2 * SHOWN_AT_ENDS)
    return plate[:SHOWN_AT_ENDS] + hidden + plate[-SHOWN_AT_ENDS:]
