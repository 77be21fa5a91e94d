"""Records that a scorecard counts, and strategies that draw any of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.property.domain.score_rules import DEFAULT_RULES
from services.property.domain.scorecard import (
    Fact,
    Input,
    InputKind,
    Scorecard,
    ScorecardState,
    Sealing,
    points_of,
)
from services.property.domain.seal import Chain, Link, sealed, written
from services.property.tests.samples import COMMUNITY, COMPANY

MONTH = "2026-11"
DUE = datetime(2026, 11, 10, 8, tzinfo=UTC)
ENDED = datetime(2026, 11, 30, 16, tzinfo=UTC)


def work(id: str = "wor_1", **facts: Any) -> Input:  # noqa: A002
    """A work order that was done in time and accepted at once."""
    whole: dict[str, Fact] = {
        "due_at": written(DUE),
        "done_at": written(DUE - timedelta(hours=1)),
        "on_time": True,
        "state": "accepted_work",
        "times_sent_back": 0,
        "satisfaction": None,
    }
    return Input(InputKind.WORK_ORDER, id, {**whole, **facts})


def incident_input(id: str = "inc_1", severity: int = 2) -> Input:  # noqa: A002
    return Input(InputKind.INCIDENT, id, {"severity": severity, "at": written(DUE)})


def patrol_input(id: str = "pat_1", state: str = "done") -> Input:  # noqa: A002
    return Input(InputKind.PATROL, id, {"state": state, "at": written(DUE)})


def complaint_input(id: str = "cmp_1", state: str = "upheld") -> Input:  # noqa: A002
    return Input(InputKind.COMPLAINT, id, {"state": state, "at": written(DUE)})


def inspection_input(id: str = "ins_1", points: int = 45) -> Input:  # noqa: A002
    facts: dict[str, Fact] = {"points": points, "points_max": 60, "at": written(DUE)}
    return Input(InputKind.INSPECTION, id, facts)


def rating_input(id: str = "rat_1", score: int = 4) -> Input:  # noqa: A002
    return Input(InputKind.RATING, id, {"score": score, "month": MONTH})


@st.composite
def works(draw: st.DrawFn) -> Input:
    """A work order however it went."""
    done_at = draw(st.sampled_from([None, DUE, DUE + timedelta(milliseconds=1)]))
    return work(
        id=f"wor_{draw(st.integers(0, 10**9))}",
        done_at=None if done_at is None else written(done_at),
        on_time=done_at is not None and done_at <= DUE,
        state=draw(st.sampled_from(["created", "on_site", "completed", "accepted_work"])),
        times_sent_back=draw(st.integers(0, 3)),
        satisfaction=draw(st.sampled_from([None, 1, 3, 4, 5])),
    )


records = st.one_of(
    works(),
    st.builds(incident_input, st.uuids().map(str), st.integers(1, 4)),
    st.builds(patrol_input, st.uuids().map(str), st.sampled_from(["done", "missed"])),
    st.builds(complaint_input, st.uuids().map(str), st.sampled_from(["upheld", "dismissed"])),
    st.builds(inspection_input, st.uuids().map(str), st.integers(0, 60)),
    st.builds(rating_input, st.uuids().map(str), st.integers(1, 5)),
)


def card(**changes: Any) -> Scorecard:
    """The open scorecard of the company's November."""
    whole = {
        "id": "sco_1",
        "community": COMMUNITY,
        "version": 1,
        "state": ScorecardState.OPEN,
        "contractor_id": COMPANY,
        "month": MONTH,
        "alarm_at": ENDED,
    }
    return Scorecard(**{**whole, **changes})


def sealed_card(
    inputs: list[Input], *, previous: str = "", position: int = 1, **changes: Any
) -> tuple[Scorecard, list[Link]]:
    """The same, sealed over these records, and its chain."""
    before = card(**changes)
    chain = Chain(before, DEFAULT_RULES, previous)
    links = [chain.add(each) for each in inputs]
    sealing = Sealing(
        at=ENDED,
        rules=DEFAULT_RULES,
        figures=chain.figures,
        points=points_of(chain.figures, DEFAULT_RULES),
        inputs_id="inp_1",
        inputs=chain.length,
        chain=chain.last,
        previous_seal=previous,
        seal="",
    )
    sealing = sealed(before, sealing, position=position)
    state = ScorecardState.SEALED
    facts = {"state": state, "sealing": sealing, "position": position, "alarm_at": None}
    return card(**{**changes, **facts}), links
