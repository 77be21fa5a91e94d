"""What becomes of a case when the request behind it is made anonymous."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.requests.domain.mediation import Decided, Mediation, MediationState, told
from shared.events.requests_mediation import MediationAnonymised

_OVER = frozenset(
    {
        MediationState.DECLINED,
        MediationState.WITHDRAWN,
        MediationState.FAILED,
        MediationState.FULFILLED,
        MediationState.REFERRED,
    }
)


def is_over(case: Mediation) -> bool:
    """Whether the dispute is no mediator's any more; that parties of one that failed may still be
    told of another way keeps nothing."""
    return case.state in _OVER


def names_of(case: Mediation, known: Mapping[str, str | None]) -> dict[str, str | None]:
    """By what people are replaced in the case's story: as in the request's, if they are there."""
    parties = dict.fromkeys(party.person_id for party in case.parties if party.person_id)
    names = {person: f"anon_{case.id}_{n}" for n, person in enumerate(parties, start=1)}
    return {**names, **known}


def anonymise(case: Mediation, *, at: datetime) -> Decided:
    """The case without its parties and without what was said; its steps and their times stay."""
    anonymous = replace(
        case,
        subject="",
        parties=tuple(
            replace(party, name="", person_id=None, phone=None) for party in case.parties
        ),
        sessions=tuple(replace(session, note="") for session in case.sessions),
        agreement=case.agreement and replace(case.agreement, text=""),
        note=None,
        anonymised_at=at,
    )
    return anonymous, [told(MediationAnonymised, case)]
