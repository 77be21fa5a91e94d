"""The chain over a scorecard: whatever is changed afterwards is seen, and told of which record."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.property.domain.score_rules import DEFAULT_RULES, Measure
from services.property.domain.scorecard import (
    Figure,
    Input,
    InputKind,
    LeftOut,
    Scorecard,
    figures_of,
)
from services.property.domain.seal import (
    FINDINGS_MAX,
    Chain,
    Fault,
    Finding,
    Link,
    Verification,
    digest_of,
    next_link,
)
from services.property.tests.supervision_samples import records, sealed_card, work

INPUTS = [work("wor_1"), work("wor_2", times_sent_back=1), work("wor_3", satisfaction=5)]


def found(
    card: Scorecard,
    links: list[Link],
    before: Scorecard | None = None,
    after: Scorecard | None = None,
) -> list[Finding]:
    assert card.sealing is not None
    check = Verification(card, card.sealing)
    for link in links:
        check.add(link)
    check.end()
    check.neighbours(before, after)
    return check.findings


@given(st.lists(records, max_size=20))
def test_what_nobody_touched_holds(inputs: list[Input]) -> None:
    card, links = sealed_card(inputs)
    assert found(card, links) == []


@given(st.lists(records, min_size=1, max_size=20), st.data())
def test_any_changed_fact_of_any_record_is_seen_and_named(
    inputs: list[Input], data: st.DataObject
) -> None:
    card, links = sealed_card(inputs)
    place = data.draw(st.integers(0, len(links) - 1))
    link = links[place]
    name = data.draw(st.sampled_from(sorted(link.record.facts)))
    numeric = isinstance(link.record.facts[name], int)
    changed = replace(link.record, facts={**link.record.facts, name: -1 if numeric else "other"})
    if name in ("due_at", "done_at"):
        changed = replace(link.record, facts={**link.record.facts, name: "1999"})
    links[place] = replace(link, record=changed)

    faults = found(card, links)

    assert Finding(Fault.FACTS_CHANGED, link.record.kind, link.record.id) in faults
    assert all(each.record_id in (None, link.record.id) for each in faults)


@given(st.lists(records, min_size=1, max_size=20, unique_by=digest_of), st.data())
def test_a_record_taken_out_is_seen_where_it_stood(
    inputs: list[Input], data: st.DataObject
) -> None:
    card, links = sealed_card(inputs)
    place = data.draw(st.integers(0, len(links) - 1))
    after = links[place + 1].record.id if place + 1 < len(links) else None
    faults = found(card, links[:place] + links[place + 1 :])
    assert Finding(Fault.INPUTS_MISSING) in faults
    if after is not None:
        assert [each.record_id for each in faults if each.fault is Fault.LINK_BROKEN] == [after]


def test_two_records_exchanged_are_seen() -> None:
    card, links = sealed_card(INPUTS)
    swapped = [links[0], links[2], links[1]]
    assert {each.fault for each in found(card, swapped)} >= {Fault.LINK_BROKEN, Fault.CHAIN_BROKEN}


def test_a_record_put_in_at_the_end_is_seen() -> None:
    card, links = sealed_card(INPUTS)
    more = work("wor_9")
    link = next_link(links[-1].link, digest_of(more))
    faults = {each.fault for each in found(card, [*links, Link(3, more, digest_of(more), link)])}
    assert {Fault.INPUTS_ADDED, Fault.CHAIN_BROKEN, Fault.FIGURES_CHANGED} <= faults


def test_who_makes_the_whole_chain_anew_is_betrayed_by_the_seal() -> None:
    card, _ = sealed_card(INPUTS)
    _, forged = sealed_card([work("wor_1"), work("wor_2"), work("wor_3")])
    faults = {each.fault for each in found(card, forged)}
    assert {Fault.CHAIN_BROKEN, Fault.FIGURES_CHANGED} <= faults


@pytest.mark.parametrize(
    "changes",
    [
        {"points": 10_000},
        {"figures": {**figures_of([], DEFAULT_RULES), Measure.ON_TIME: Figure(9, 9)}},
        {"rules": replace(DEFAULT_RULES, satisfied_from=2)},
        {"inputs": 4},
        {"previous_seal": "0" * 64},
        {"seal": "0" * 64},
    ],
)
def test_a_changed_head_is_seen(changes: dict[str, Any]) -> None:
    card, links = sealed_card(INPUTS)
    assert card.sealing is not None
    forged = replace(card, sealing=replace(card.sealing, **changes))
    assert Finding(Fault.SEAL_BROKEN) in found(forged, links)


def test_a_forged_scorecard_with_a_seal_of_its_own_is_betrayed_by_the_next_one() -> None:
    card, _ = sealed_card(INPUTS)
    assert card.sealing is not None
    following, _ = sealed_card([], previous=card.sealing.seal, position=2, month="2026-12")
    forged, links = sealed_card([work("wor_1")])
    assert found(forged, links, after=following) == [Finding(Fault.NEXT_BROKEN)]
    assert found(following, [], before=forged) == [Finding(Fault.PREVIOUS_BROKEN)]
    assert found(following, [], before=None) == [Finding(Fault.PREVIOUS_BROKEN)]
    assert found(following, [], before=card) == []


def test_a_forged_scorecard_under_the_old_seal_does_not_hold_for_the_next_one() -> None:
    card, _ = sealed_card(INPUTS)
    assert card.sealing is not None
    following, _ = sealed_card([], previous=card.sealing.seal, position=2, month="2026-12")
    forged = replace(card, sealing=replace(card.sealing, points=1))
    assert found(following, [], before=forged) == [Finding(Fault.PREVIOUS_BROKEN)]


def test_what_is_left_out_is_under_the_seal_too() -> None:
    gone = LeftOut(Measure.ON_TIME, InputKind.WORK_ORDER, "wor_1", "obj_1")
    card, links = sealed_card(INPUTS, left_out=(gone,))
    assert found(card, links) == []
    assert Finding(Fault.SEAL_BROKEN) in found(replace(card, left_out=()), links)


def test_the_same_facts_give_the_same_link_and_the_seal_before_gives_another_chain() -> None:
    card, _ = sealed_card([])
    one, other = (Chain(card, DEFAULT_RULES, before) for before in ("", "0" * 64))
    assert one.add(INPUTS[0]).digest == other.add(INPUTS[0]).digest
    assert one.last != other.last


def test_findings_are_named_up_to_a_limit_and_all_counted() -> None:
    inputs = [work(f"wor_{n}") for n in range(FINDINGS_MAX + 20)]
    card, links = sealed_card(inputs)
    assert card.sealing is not None
    check = Verification(card, card.sealing)
    for link in links:
        facts = {**link.record.facts, "times_sent_back": 7}
        check.add(replace(link, record=replace(link.record, facts=facts)))
    check.end()
    assert len(check.findings) == FINDINGS_MAX
    assert check.faults[Fault.FACTS_CHANGED] == FINDINGS_MAX + 20
