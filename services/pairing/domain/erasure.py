"""Why somebody is forgotten before anything else ends."""

from enum import StrEnum


class ErasureReason(StrEnum):
    """On what ground it is done (personal information law, art. 47)."""

    ASKED_FOR = "asked_for"
    """They, or who acts for them, ask for it."""
    ENTERED_BY_MISTAKE = "entered_by_mistake"
    ORDERED = "ordered"
    """A court or an office ordered it."""
