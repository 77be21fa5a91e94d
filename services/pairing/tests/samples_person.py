"""Residents in every state, made by the domain's own functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from services.pairing.domain import person
from services.pairing.domain.erasure import ErasureReason
from services.pairing.domain.person import Particulars, Person, PersonAction, PersonState
from services.pairing.tests.samples import ELDER, HERE, NOW
from shared.events import Event

PARTICULARS = Particulars(
    "示例甲", "138 0000 0000", date(1948, 10, 1), "dwl_1", ("cmn", "zh-sichuan")
)
PERSON_ACT: dict[PersonAction, Callable[[Person], tuple[Person, list[Event]]]] = {
    PersonAction.CHANGE: lambda p: person.change(
        p, told=replace(PARTICULARS, name=f"{p.name}乙"), on=NOW.date()
    ),
    PersonAction.LEAVE: person.leave,
    PersonAction.RETURN: lambda p: person.come_back(p, dwelling_id="dwl_2"),
    PersonAction.ERASE: lambda p: person.erase(p, reason=ErasureReason.ASKED_FOR, at=NOW),
}
PERSON_PATHS: dict[PersonState, tuple[PersonAction, ...]] = {
    PersonState.REGISTERED: (),
    PersonState.LEFT: (PersonAction.LEAVE,),
    PersonState.ERASED: (PersonAction.ERASE,),
}


def a_person(number: int = 1) -> Person:
    """A resident on the register."""
    return person.register(id=f"{ELDER}{number}", community=HERE, told=PARTICULARS, on=NOW.date())[
        0
    ]


def person_in(state: PersonState) -> Person:
    """A resident who came to this state by the table."""
    somebody = a_person()
    for action in PERSON_PATHS[state]:
        somebody, _ = PERSON_ACT[action](somebody)
    return somebody
