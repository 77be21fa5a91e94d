"""How to reach the person whom a request is for, where that is no account of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """Name, phone and email, each if it was given: for handlers and the requester only.

    Stands in no event and in no log.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
