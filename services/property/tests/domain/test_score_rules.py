"""Rules of scoring: published for months to come, never changed backwards."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.property.domain.score_rules import (
    DEFAULT_RULES,
    PUBLISHED_MAX,
    Criterion,
    Measure,
    RuleSet,
    ScoreRules,
    in_force,
    publish,
)
from shared.errors import Conflict, Invalid
from shared.events.property_supervision import ScoreRulesPublished

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
KNOWN = ScoreRules(id="scr_1", community="hongmiao", version=1)


def wanted(**changes: Any) -> RuleSet:
    whole = replace(DEFAULT_RULES, in_force_from="2027-01", weights={Measure.ON_TIME: 100})
    return replace(whole, **changes)


def test_published_rules_are_in_force_from_their_month_on_and_change_none_before() -> None:
    after, events = publish(KNOWN, wanted(), by="per_1", at=NOW)

    assert in_force(after, "2026-12") == DEFAULT_RULES
    made = in_force(after, "2027-01")
    assert (made.number, made.published_by, made.published_at) == (2, "per_1", NOW)
    assert in_force(after, "2031-05") == made
    assert events == [
        ScoreRulesPublished(score_rules_id="scr_1", number=2, in_force_from="2027-01")
    ]


def test_rules_for_a_month_to_come_can_be_published_anew_and_the_former_stay_on_record() -> None:
    once, _ = publish(KNOWN, wanted(), by="per_1", at=NOW)
    twice, _ = publish(once, wanted(satisfied_from=5), by="per_1", at=NOW)
    assert in_force(twice, "2027-01").number == 3
    assert len(twice.published) == 3


@pytest.mark.parametrize("month", ["2026-11", "2026-10", "2000-01"])
def test_a_month_that_has_begun_keeps_its_rules(month: str) -> None:
    with pytest.raises(Invalid) as refused:
        publish(KNOWN, wanted(in_force_from=month), by="per_1", at=NOW)
    assert refused.value.code == "score_rules.month_has_begun"


def test_the_month_that_has_begun_is_that_of_beijing() -> None:
    late = datetime(2026, 12, 31, 16, tzinfo=UTC)
    with pytest.raises(Invalid):
        publish(KNOWN, wanted(in_force_from="2027-01"), by="per_1", at=late)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"in_force_from": "soon"}, "/in_force_from"),
        ({"weights": {Measure.COMPLAINTS: 5}}, "/weights/complaints"),
        ({"weights": {Measure.INCIDENTS_1: 5}}, "/weights/incidents_1"),
        ({"weights": {Measure.ON_TIME: 101}}, "/weights/on_time"),
        ({"weights": {Measure.ON_TIME: -1}}, "/weights/on_time"),
        ({"weights": {Measure.ON_TIME: 0}}, "/weights"),
        ({"weights": {}}, "/weights"),
        ({"satisfied_from": 1}, "/satisfied_from"),
        ({"satisfied_from": 6}, "/satisfied_from"),
        ({"complaint_points": -1}, "/complaint_points"),
        ({"signatures_min": 0}, "/signatures_min"),
        ({"evidence_below_percent": 101}, "/evidence_below_percent"),
        ({"criteria": ()}, "/criteria"),
        ({"criteria": (Criterion("a", 1), Criterion("a", 2))}, "/criteria"),
        ({"criteria": (Criterion("a", 0),)}, "/criteria/0/points_max"),
    ],
)
def test_rules_that_are_not_sound_are_refused_by_their_field(
    changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        publish(KNOWN, wanted(**changes), by="per_1", at=NOW)
    assert refused.value.facts["pointer"] == pointer


def test_rules_are_not_published_without_end() -> None:
    full = replace(KNOWN, published=(DEFAULT_RULES,) * PUBLISHED_MAX)
    with pytest.raises(Conflict):
        publish(full, wanted(), by="per_1", at=NOW)
