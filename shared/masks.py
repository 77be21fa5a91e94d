"""As much of a name or a number as tells people apart who know each other, and nobody else."""

MASK = "*"
PHONE_DIGITS_WHOLE = 8
"""Four of fewer digits would be half the number: such are masked whole."""


def masked_name(name: str) -> str:
    """As much of a name as tells the people of a home apart: its first character."""
    return name[:1] + MASK * (len(name) - 1)


def masked_phone(phone: str | None) -> str | None:
    """As much of a number as tells who holds it that it is theirs: its last four digits."""
    if phone is None:
        return None
    shown = phone[-4:] if len(phone) >= PHONE_DIGITS_WHOLE else ""
    return MASK * (len(phone) - len(shown)) + shown
