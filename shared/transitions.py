"""One step through a transition table: what every noun with states does before it changes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from shared.errors import WrongState

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def step(table: Mapping[S, Mapping[A, S]], state: S, action: A, *, noun: str) -> S:
    """The state that the action leads to; ``WrongState`` ``<noun>.wrong_state`` if none.

    State and action stand in the error under the names of their labels in ``shared/texts``.
    """
    after = table[state].get(action)
    if after is None:
        told = {"state": f"{noun}.{state.value}", "action": f"{noun}.{action.value}"}
        raise WrongState(f"{noun}.wrong_state", **told)
    return after
