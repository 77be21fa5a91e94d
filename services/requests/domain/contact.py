"""How to reach the person whom a request is for, where that is no account of ours."""

import re
from dataclasses import dataclass

from shared.errors import Invalid
from shared.phones import phone_number

NAME_CHARACTERS_MAX, PHONE_CHARACTERS_MAX, EMAIL_CHARACTERS_MAX = 100, 40, 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Name, phone and email, each if it was given: for handlers and the requester only.

    Stands in no event and in no log.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None


def contact(name: str | None, phone: str | None, email: str | None) -> Contact:
    """How to reach somebody; the phone number comes without what people put between digits.

    ``Invalid`` if it holds neither phone nor email, or one that cannot be.
    """
    if phone is None and email is None:
        raise Invalid("contact.no_way", pointer="/contact")
    if phone is not None:
        phone = phone_number(phone, pointer="/contact/phone")
    if email is not None and not _EMAIL.fullmatch(email):
        raise Invalid("contact.email", pointer="/contact/email")
    return Contact(name, phone, email)
