"""Every pair of state and action of every noun, and every walk through them."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing.domain import (
    care_task,
    contribution,
    exemplar,
    household,
    meal,
    member,
    menu,
    pairing,
    person,
    pledge,
    post,
    team,
    visit,
)
from services.pairing.domain.care_task import CareTaskAction, CareTaskState
from services.pairing.domain.contribution import ContributionAction, ContributionState
from services.pairing.domain.exemplar import ExemplarAction, ExemplarState
from services.pairing.domain.household import HouseholdAction, HouseholdState
from services.pairing.domain.meal import MealAction, MealState
from services.pairing.domain.member import MemberAction, MemberState
from services.pairing.domain.menu import MenuAction, MenuState
from services.pairing.domain.pairing import PairingAction, PairingState
from services.pairing.domain.person import PersonAction, PersonState
from services.pairing.domain.pledge import PledgeAction, PledgeState
from services.pairing.domain.post import PostAction, PostState
from services.pairing.domain.team import TeamAction, TeamState
from services.pairing.domain.visit import VisitAction, VisitState
from services.pairing.tests import (
    canteen_samples,
    encouragement_samples,
    member_samples,
    samples,
    samples_person,
    samples_visit,
)
from shared.testing import refused_by_table

FORBIDDEN_WORDS = (
    "hardship",
    "elderly",
    "disability",
    "high",
    "written",
    "chat",
    "示例",
    "1948",
    "peanuts",
)
"""What is sensitive in the samples; no event may hold it."""


@dataclass(frozen=True)
class Noun:
    """A noun with its table, its samples and what to do for each action."""

    name: str
    table: Mapping[Any, Mapping[Any, Any]]
    states: type[StrEnum]
    actions: type[StrEnum]
    make: Callable[[Any], Any]
    act: Mapping[Any, Callable[[Any], tuple[Any, list[Any]]]]
    initial: StrEnum


NOUNS = (
    Noun(
        "household",
        household.TRANSITIONS,
        HouseholdState,
        HouseholdAction,
        samples.household_in,
        samples.HOUSEHOLD_ACT,
        HouseholdState.REGISTERED,
    ),
    Noun(
        "person",
        person.TRANSITIONS,
        PersonState,
        PersonAction,
        samples_person.person_in,
        samples_person.PERSON_ACT,
        PersonState.REGISTERED,
    ),
    Noun(
        "pairing",
        pairing.TRANSITIONS,
        PairingState,
        PairingAction,
        samples.pairing_in,
        samples.PAIRING_ACT,
        PairingState.PROPOSED,
    ),
    Noun(
        "care_task",
        care_task.TRANSITIONS,
        CareTaskState,
        CareTaskAction,
        samples.care_task_in,
        samples.CARE_TASK_ACT,
        CareTaskState.OFFERED,
    ),
    Noun(
        "contribution",
        contribution.TRANSITIONS,
        ContributionState,
        ContributionAction,
        samples.contribution_in,
        samples.CONTRIBUTION_ACT,
        ContributionState.DRAFT,
    ),
    Noun(
        "pledge",
        pledge.TRANSITIONS,
        PledgeState,
        PledgeAction,
        encouragement_samples.pledge_in,
        encouragement_samples.PLEDGE_ACT,
        PledgeState.OPEN,
    ),
    Noun(
        "exemplar",
        exemplar.TRANSITIONS,
        ExemplarState,
        ExemplarAction,
        encouragement_samples.exemplar_in,
        encouragement_samples.EXEMPLAR_ACT,
        ExemplarState.NAMED,
    ),
    Noun(
        "member",
        member.TRANSITIONS,
        MemberState,
        MemberAction,
        member_samples.member_in,
        member_samples.MEMBER_ACT,
        MemberState.ACTIVE,
    ),
    Noun(
        "post",
        post.TRANSITIONS,
        PostState,
        PostAction,
        member_samples.post_in,
        member_samples.POST_ACT,
        PostState.OPEN,
    ),
    Noun(
        "team",
        team.TRANSITIONS,
        TeamState,
        TeamAction,
        member_samples.team_in,
        member_samples.TEAM_ACT,
        TeamState.OPEN,
    ),
    Noun(
        "visit",
        visit.TRANSITIONS,
        VisitState,
        VisitAction,
        samples_visit.visit_in,
        samples_visit.VISIT_ACT,
        VisitState.SCHEDULED,
    ),
    Noun(
        "menu",
        menu.TRANSITIONS,
        MenuState,
        MenuAction,
        canteen_samples.menu_in,
        canteen_samples.MENU_ACT,
        MenuState.DRAFT,
    ),
    Noun(
        "meal",
        meal.TRANSITIONS,
        MealState,
        MealAction,
        canteen_samples.meal_in,
        canteen_samples.MEAL_ACT,
        MealState.ORDERED,
    ),
)
PAIRS = [
    pytest.param(noun, state, action, id=f"{noun.name}-{state}-{action}")
    for noun in NOUNS
    for state, action in itertools.product(noun.states, noun.actions)
]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_the_table_has_a_row_for_every_state_and_samples_for_all(noun: Noun) -> None:
    assert set(noun.table) == set(noun.states)
    assert set(noun.act) == set(noun.actions)
    for state in noun.states:
        assert noun.make(state).state == state


@pytest.mark.parametrize(("noun", "state", "action"), PAIRS)
def test_every_action_follows_the_table_or_is_refused(
    noun: Noun, state: StrEnum, action: StrEnum
) -> None:
    before = noun.make(state)
    if action not in noun.table[state]:
        with refused_by_table(noun.name, state, action):
            noun.act[action](before)
        return

    after, events = noun.act[action](before)

    assert after.state == noun.table[state][action]
    assert (after.id, after.community, after.version) == (before.id, before.community, 0)
    assert events
    assert all(next(iter(event.model_dump().values())) == before.id for event in events)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_every_state_can_be_reached(noun: Noun) -> None:
    reached = {noun.initial}
    for _ in noun.states:
        reached |= {after for state in reached for after in noun.table[state].values()}
    assert reached == set(noun.states)


@given(data=st.data(), noun=st.sampled_from(NOUNS))
def test_any_walk_stays_in_the_table_and_tells_nothing_sensitive(
    data: st.DataObject, noun: Noun
) -> None:
    thing = noun.make(noun.initial)
    for action in data.draw(st.lists(st.sampled_from(list(noun.actions)), max_size=12)):
        allowed = noun.table[thing.state].get(action)
        if allowed is None:
            with refused_by_table(noun.name, thing.state, action):
                noun.act[action](thing)
            continue
        if action is PairingAction.RELEASE and len(thing.household_ids) == 1:
            allowed = thing.state  # the last household takes the pairing with it
            thing, events = noun.act[action](thing)
            assert thing.state in (PairingState.DECLINED, PairingState.ENDED)
        else:
            thing, events = noun.act[action](thing)
            assert thing.state == allowed
        told = " ".join(event.model_dump_json() for event in events)
        assert not [word for word in FORBIDDEN_WORDS if word in told]
