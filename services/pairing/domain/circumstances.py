"""What is known of a household, as it was told."""

from dataclasses import fields

from services.pairing.domain.household import Circumstances, Household

NAMES = tuple(each.name for each in fields(Circumstances))


def circumstances_of(household: Household) -> Circumstances:
    """What is known of a household."""
    return Circumstances(**{name: getattr(household, name) for name in NAMES})
