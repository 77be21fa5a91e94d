"""A phone number as people write it, kept without what they put between its digits."""

import re

from shared.errors import Invalid

_BETWEEN = re.compile(r"[\s()./-]+")
_PHONE = re.compile(r"\+?[0-9]{5,15}")  # ITU-T E.164: 15 digits at most; short numbers have five


def phone_number(text: str, *, pointer: str) -> str:
    """The number alone; ``Invalid`` (``contact.phone``) at the pointer if it can be none."""
    number = _BETWEEN.sub("", text)
    if not _PHONE.fullmatch(number):
        raise Invalid("contact.phone", pointer=pointer)
    return number
