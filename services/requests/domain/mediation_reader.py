"""Who may read a mediation."""

from dataclasses import dataclass

from services.requests.domain.mediation import Mediation, is_party


@dataclass(frozen=True, slots=True)
class MediationReader:
    """Who asks for a case; ``secretary``: the branch secretary of these communities."""

    id: str
    communities: tuple[str, ...]
    secretary: bool


def may_read(reader: MediationReader, mediation: Mediation) -> bool:
    """A case is for its mediators and the branch secretary, and for none of them in their own."""
    if mediation.community not in reader.communities or is_party(mediation, reader.id):
        return False
    return reader.secretary or reader.id in mediation.mediator_ids
