"""Who may do what: every action by every role that meets a request."""

import pytest

from services.requests.domain.permission import RULES, Who, must, standing
from services.requests.domain.reader import Reader
from services.requests.domain.request import Action
from services.requests.tests.samples import RESIDENT, STAFF, submitted
from shared.auth.roles import ROLE_SCOPES
from shared.errors import NotAllowed

A = Action
HERE = ("hongmiao",)
READERS = {
    "its requester": ("resident", Reader(RESIDENT, HERE, reads_all=False, handles=False)),
    "a neighbour": ("resident", Reader("per_n", HERE, reads_all=True, handles=False)),
    "staff": ("staff", Reader(STAFF, HERE, reads_all=True, handles=True)),
    "the committee": ("committee", Reader("per_c", HERE, reads_all=True, handles=False)),
    "the branch": ("branch", Reader("per_b", HERE, reads_all=True, handles=False)),
    "the company": ("contractor", Reader("per_co", HERE, reads_all=False, handles=False)),
    "a helper": ("member", Reader("per_h", HERE, reads_all=False, handles=False)),
}
MAY = {
    # Written out a second time: the table must not change unseen.
    "its requester": {A.UPDATE, A.WITHDRAW, A.REOPEN},
    "a neighbour": {A.SUPPORT},
    "staff": set(A) - {A.WITHDRAW, A.REOPEN, A.SUPPORT},
    "the committee": set(),
    "the branch": {A.CALL_BACK},
    "the company": set(),
    "a helper": set(),
}


def _may(role: str, reader: Reader, action: Action) -> bool:
    """By the scope at the door, and by the rule behind it."""
    if RULES[action].scope not in ROLE_SCOPES[role]:
        return False
    try:
        must(reader, action, submitted())
    except NotAllowed:
        return False
    return True


def test_every_action_has_its_rule() -> None:
    assert set(RULES) == set(A)


@pytest.mark.parametrize("who", READERS)
def test_each_may_do_what_is_theirs_and_nothing_else(who: str) -> None:
    role, reader = READERS[who]

    assert {action for action in A if _may(role, reader, action)} == MAY[who]


def test_staff_who_ask_for_themselves_are_both() -> None:
    reader = Reader(RESIDENT, HERE, reads_all=True, handles=True)

    assert standing(reader, submitted()) == {Who.REQUESTER, Who.HANDLER}
    must(reader, A.WITHDRAW, submitted())
    must(reader, A.ACCEPT, submitted())


@pytest.mark.parametrize(
    ("who", "action", "code"),
    [
        ("staff", A.WITHDRAW, "request.not_yours"),
        ("its requester", A.RESOLVE, "request.not_for_you"),
        ("its requester", A.SUPPORT, "request.not_for_you"),
    ],
)
def test_a_refusal_says_for_whom_it_is(who: str, action: Action, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        must(READERS[who][1], action, submitted())

    assert refused.value.code == code
