"""For what somebody reads what is confidential: kept with each reading (``shared/readings.py``)."""

from enum import StrEnum


class Purpose(StrEnum):
    """The purposes there are (PIPL art. 6: personal data is processed for a stated purpose)."""

    HANDLING = "handling"
    """To do what was asked for, or to mediate."""
    SUPERVISION = "supervision"
    """To see whether it is done well, or to answer a complaint about it."""
    CORRECTION = "correction"
    """To put right what is kept of it."""
