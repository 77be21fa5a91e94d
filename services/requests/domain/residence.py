"""Who lives where, as far as the estate's desk knows: whose home somebody may answer for."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.errors import Invalid, NotAllowed


@dataclass(frozen=True, slots=True)
class Residence:
    """A copy of property's record of a person in a dwelling; ``sequence``: the version told.

    Of one that holds no more nothing is kept but that: neither who nor where.
    """

    id: str
    sequence: int
    estate_id: str | None = None
    person_id: str | None = None
    dwelling_id: str | None = None


def home_of(homes: Collection[str], told: str | None, *, needed: bool) -> str | None:
    """The home that somebody with these homes answers for; untold, the only one there is.

    ``NotAllowed`` if the desk knows of none; ``Invalid`` for one that is not theirs, and for none
    told of several. Not ``needed``, it may be left out, and then it is none.
    """
    if told is None and not needed:
        return None
    if not homes:
        raise NotAllowed("survey.home_unknown", pointer="/dwelling_id")
    if told is None:
        if len(homes) > 1:
            raise Invalid("survey.dwelling_lacking", pointer="/dwelling_id")
        return next(iter(homes))
    if told not in homes:
        raise Invalid("survey.not_your_home", pointer="/dwelling_id")
    return told
