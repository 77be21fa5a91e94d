"""Everybody gets all that is held about them, of the own communities, and of nobody else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from services.requests.api import export as api
from services.requests.domain.ballot import Ballot, BallotChannel, Choice, RollEntry
from services.requests.domain.mediation import MediationState
from services.requests.domain.proposal import Proposal, ProposalState
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.domain.residence import Residence
from services.requests.domain.service_type import Visibility
from services.requests.domain.survey_response import ResponseChannel, SurveyResponse
from services.requests.service.export import (
    CASES_OPENED_MAX,
    ExportService,
    Held,
    Marked,
    Part,
    Voted,
)
from services.requests.store.evaluation import evaluations
from services.requests.store.residence import residences
from services.requests.store.roll import rolls
from services.requests.store.survey import survey_responses
from services.requests.tests.api.callers import caller
from services.requests.tests.chamber import FakeEvaluations, FakeRolls
from services.requests.tests.privacy_harness import (
    BORN,
    NEIGHBOUR,
    PrivacyHarness,
    privacy_harness_over,
)
from services.requests.tests.samples import RESIDENT, STAFF
from services.requests.tests.survey_harness import FakeResidences
from shared.clock import new_id
from shared.errors import Malformed
from shared.events.requests_council import ProposalDrafted
from shared.events.requests_survey import SurveyResponseEntered
from shared.mongo import Database
from shared.mongo.readings import readings
from shared.readings import ReadingLog, Readings
from shared.store import Page, Store, decode_cursor, encode_cursor
from shared.testing import FakeReadings, FakeStore
from shared.testing_web import english, web_client

HERE = ("hongmiao",)
PARTY = "per_wang"
"""Of the sample cases."""


class FakeVotes(FakeRolls):
    """Rolls in memory that know who voted."""

    async def cast_by(self, voter_id: str, *, cursor: str | None, limit: int) -> Page[Voted]:
        after = decode_cursor(cursor) if cursor is not None else ""
        found = [
            Voted(roll_id, kept.entry.id, kept.ballot.channel.value, kept.ballot.at)
            for roll_id, entries in sorted(self.kept.items())
            for kept in entries.values()
            if kept.ballot and kept.entry.voter_id == voter_id and roll_id > after
        ]
        more = len(found) > limit
        return Page(found[:limit], encode_cursor(found[limit - 1].roll_id) if more else None)


class FakeMarks(FakeEvaluations):
    """Marks in memory that know who gave them."""

    async def given_by(self, person_id: str, *, cursor: str | None, limit: int) -> Page[Marked]:
        after = decode_cursor(cursor) if cursor is not None else ""
        found = [
            Marked(proposal_id, score)
            for (proposal_id, who), score in sorted(self.kept.items())
            if who == person_id and f"{proposal_id}:{who}" > after
        ]
        more = len(found) > limit
        last = f"{found[limit - 1].proposal_id}:{person_id}" if more else ""
        return Page(found[:limit], encode_cursor(last) if more else None)


@dataclass
class World:
    """Everything that people are named in."""

    privacy: PrivacyHarness
    answers: Store[SurveyResponse]
    proposals: Store[Proposal]
    rolls: Any
    marks: Any
    homes: Any
    kept: Readings

    def __post_init__(self) -> None:
        clock = self.privacy.clock
        self.log = ReadingLog(self.kept, clock)
        held = Held(
            self.privacy.requests,
            self.answers,
            self.proposals,
            self.rolls,
            self.marks,
            self.homes,
            self.privacy.cases,
        )
        self.service = ExportService(held, self.log, clock)

    async def all_of(self, person_id: str, limit: int = 200) -> dict[Part, list[Any]]:
        """What is held, by as many calls as it takes."""
        found: dict[Part, list[Any]] = {part: [] for part in Part}
        cursor = None
        while True:
            page = await self.service.export(person_id, HERE, cursor=cursor, limit=limit)
            assert sum(map(len, page.parts.values())) <= max(limit, CASES_OPENED_MAX)
            for part, items in page.parts.items():
                found[part] += items
            cursor = page.next_cursor
            if cursor is None:
                return found

    async def answered(self, person_id: str) -> SurveyResponse:
        response = SurveyResponse(
            new_id("svr"), HERE[0], 0, "srv_1", ResponseChannel.PAPER, person_id, "dwl_1", "bld_1",
            STAFF, {"lift": ("yes",)}, BORN,
        )  # fmt: skip
        event = SurveyResponseEntered(
            survey_response_id=response.id, survey_id="srv_1", channel="paper"
        )
        return await self.answers.save(response, [event])

    async def proposed(self, person_id: str, *seconders: str) -> Proposal:
        proposal = Proposal(
            new_id("prp"), HERE[0], 0, ProposalState.SUBMITTED, "加装电梯", "……", person_id, BORN,
            seconders=seconders,
        )  # fmt: skip
        event = ProposalDrafted(proposal_id=proposal.id, visibility="public", origin="direct")
        return await self.proposals.save(proposal, [event])

    async def voted(self, *voters: str) -> str:
        roll_id = new_id("vot")
        entries = [RollEntry(f"dwl_{n}", voter) for n, voter in enumerate(voters)]
        await self.rolls.freeze(roll_id, entries)
        ballot = Ballot("dwl_0", Choice.AGAINST, BallotChannel.PHONE, STAFF, BORN)
        assert await self.rolls.cast(roll_id, ballot)
        return roll_id


@pytest.fixture
async def world(either: Database | None) -> World:
    privacy = await privacy_harness_over(either)
    if either is None:
        answers = FakeStore(SurveyResponse)
        return World(
            privacy,
            answers,
            privacy.proposals,
            FakeVotes(),
            FakeMarks(),
            FakeResidences(),
            FakeReadings(),
        )
    made = World(
        privacy,
        survey_responses(either),
        privacy.proposals,
        rolls(either),
        evaluations(either),
        residences(either),
        readings(either),
    )
    await either.migrate()
    return made


def ids(found: Iterable[Any]) -> list[str]:
    return sorted(each.id for each in found)


async def lived(world: World, person_id: str = RESIDENT, **changes: Any) -> ServiceRequest:
    return await world.privacy.lived(RequestState.RESOLVED, requester_id=person_id, **changes)


async def test_all_that_is_held_is_found_and_nothing_of_others(world: World) -> None:
    mine, theirs = await lived(world), await lived(world, "per_other")
    answer = await world.answered(RESIDENT)
    proposal = await world.proposed(RESIDENT, NEIGHBOUR)
    other = await world.proposed("per_other", RESIDENT)
    roll_id = await world.voted(RESIDENT, NEIGHBOUR)
    await world.voted(NEIGHBOUR, RESIDENT)
    home = Residence("occ_1", 1, "est_1", RESIDENT, "dwl_1")
    for each in (home, Residence("occ_2", 1, "est_1", NEIGHBOUR, "dwl_1"), Residence("occ_3", 2)):
        await world.homes.put(each)
    for about, who, score in (("prp_1", RESIDENT, 4), ("prp_2", NEIGHBOUR, 1)):
        await world.marks.put(about, who, score)
    await world.answered("per_other")

    found = await world.all_of(RESIDENT)

    assert ids(found[Part.REQUESTS]) == [mine.id]
    assert ids(found[Part.ANSWERS]) == [answer.id]
    assert ids(found[Part.PROPOSALS]) == [proposal.id]
    assert ids(found[Part.SECONDED]) == [other.id]
    assert found[Part.VOTES] == [Voted(roll_id, "dwl_0", "phone", BORN)]
    assert found[Part.HOMES] == [home]
    assert found[Part.MARKS] == [Marked("prp_1", 4)]
    neighbours = await world.all_of(NEIGHBOUR)
    assert ids(neighbours[Part.SUPPORTED]) == sorted([mine.id, theirs.id])
    assert neighbours[Part.REQUESTS] == []


async def test_a_party_finds_its_own_case(world: World) -> None:
    case = await world.privacy.disputed(await lived(world), MediationState.MEDIATING)
    assert ids((await world.all_of(PARTY))[Part.MEDIATIONS]) == [case.id]
    assert (await world.all_of(NEIGHBOUR))[Part.MEDIATIONS] == []


async def test_of_another_community_nothing_is_told(world: World) -> None:
    await lived(world)
    await world.answered(RESIDENT)
    export = await world.service.export(RESIDENT, ("elsewhere",), cursor=None, limit=200)
    assert not any(export.parts.values())


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_by_pages_of_any_size_each_thing_comes_once(world: World, limit: int) -> None:
    for _ in range(3):
        await lived(world)
        await world.answered(RESIDENT)
        await world.proposed(RESIDENT, RESIDENT)
        await world.voted(RESIDENT)
        await world.marks.put(f"prp_{new_id('x')}", RESIDENT, 3)
        await world.homes.put(Residence(new_id("occ"), 1, "est_1", RESIDENT, "dwl_1"))
    whole = await world.all_of(RESIDENT)
    paged = await world.all_of(RESIDENT, limit)
    assert paged == whole
    assert [len(items) for items in whole.values()] == [3, 0, 3, 3, 3, 3, 3, 3, 0]


@pytest.mark.parametrize("cursor", ["!", "bm9uZQ", "cmVxdWVzdHM", "cmVxdWVzdHM6ISE"])
async def test_a_cursor_that_nobody_gave_is_malformed(world: World, cursor: str) -> None:
    with pytest.raises(Malformed):
        await world.service.export(RESIDENT, HERE, cursor=cursor, limit=10)


async def test_that_it_was_read_is_on_record(world: World) -> None:
    await world.service.export(RESIDENT, HERE, cursor=None, limit=10)
    [reading] = (await world.kept.page(RESIDENT, cursor=None, limit=10)).items
    assert (reading.by, reading.purpose, reading.community) == (RESIDENT, "own_copy", HERE[0])


async def test_after_it_was_made_anonymous_nobody_holds_it(world: World) -> None:
    request = await world.privacy.lived()
    await world.privacy.anonymity.sweep()
    assert (await world.all_of(RESIDENT))[Part.REQUESTS] == []
    assert (await world.all_of(NEIGHBOUR))[Part.SUPPORTED] == []
    assert (await world.privacy.requests.get(request.id)).anonymised_at is not None


async def test_over_http_it_is_ones_own_copy_with_who_read_what_was_confided(
    world: World,
) -> None:
    request = await lived(world, visibility=Visibility.CONFIDENTIAL)
    await world.log.note(request, by=STAFF, purpose="handling")
    client = web_client(api.router(world.service))
    path = "/api/requests/v1/me/export"

    answer = await client.call(
        "GET", f"{path}?download=true", caller("resident"), headers=english()
    )

    assert answer.status == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="linli-requests.json"'
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.json()
    assert (shown["person_id"], shown["next_cursor"]) == (RESIDENT, None)
    [own] = shown["requests"]
    assert own["request"]["id"] == request.id
    assert own["request"]["description"] == "装修太吵。"
    assert own["contact"] == {"name": "王大妈", "phone": "13912345678", "email": None}
    assert len(own["request"]["photos"]) == 2
    assert [(each["by"], each["purpose"]) for each in own["readings"]] == [(STAFF, "handling")]
    for query in ("limit=0", "limit=201", "cursor=!"):
        bad = await client.call("GET", f"{path}?{query}", caller("resident"), headers=english())
        assert bad.status in (400, 422)
    assert (await client.call("GET", path, None, headers=english())).status == 401


async def test_a_party_is_shown_of_its_case_what_is_its_own(world: World) -> None:
    request = await lived(world)
    case = await world.privacy.disputed(request, MediationState.MEDIATING)
    me = replace(caller("resident"), id=PARTY)
    client = web_client(api.router(world.service))
    answer = await client.call("GET", "/api/requests/v1/me/export", me, headers=english())
    [shown] = answer.json()["mediations"]
    assert (shown["id"], shown["name"], shown["side"]) == (case.id, "王大妈", "applicant")
    assert "李大爷" not in answer.body.decode()
    assert "漏水" not in answer.body.decode()
    assert shown["registered_at"] < (BORN + timedelta(days=1)).isoformat()
