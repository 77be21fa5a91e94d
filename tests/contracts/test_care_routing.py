"""Care requests from a resident to who helps and back, over the consumers of both services: every
event is heard twice and in any order, as two queues for two services may bring them."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from services.pairing.domain.care_task import CareTask
from services.pairing.domain.member import Member, Profile
from services.pairing.domain.post import Remit
from services.pairing.service.onlooker import Onlooker
from services.pairing.service.post import Term
from services.pairing.tests import harness as of_pairing
from services.pairing.tests.harness import HERE, me
from services.requests import consumers as of_requests
from services.requests.domain.assignment import Unit
from services.requests.domain.follow_up import Answer
from services.requests.domain.request import RequestState, ServiceRequest
from services.requests.service.request import Said
from services.requests.tests.harness import DISPATCHER, OWNER, FakeCopies, Harness, fake_store
from services.requests.tests.samples import submission
from shared.envelope import Envelope
from shared.testing_service import deliver

CARE = "care.shopping"
WHOLE = Onlooker(HERE)


@dataclass
class Town:
    """Both services over fakes, one clock, and a bus that is in no order."""

    requests: Harness
    pairing: of_pairing.Harness
    chance: random.Random
    known: set[str] = field(default_factory=set)

    async def helper(self, name: str) -> Member:
        """A member who may be asked."""
        return await self.pairing.members.register(
            WHOLE, community=HERE[0], person_id=f"per_{name}", profile=Profile("brn_1")
        )

    async def post(self, code: str, category: str, holder: Member) -> None:
        """A post that answers for a category, held by a member."""
        posts = self.pairing.fellows.posts
        made = await posts.register(
            community=HERE[0], code=code, remit=Remit("岗位", "Post", "", "", (category,))
        )
        await posts.appoint(made.id, WHOLE, holder.id, Term(), seen=None)

    async def asked(self, **facts: object) -> str:
        """A resident asks to have their shopping carried; all that follows is heard."""
        request = await self.requests.service.submit(submission(CARE, **facts), communities=HERE)
        await self.hear_all()
        return request.id

    async def hear_all(self) -> None:
        """Hear whatever was told since, each twice, until nothing more follows."""
        while new := self._untold():
            twice = [*new, *new]
            self.chance.shuffle(twice)
            for envelope in twice:
                await deliver(self._all_hearings(), envelope)

    def _all_hearings(self) -> Iterable[Any]:
        requests = self.requests
        return [*of_requests.hearings(requests.care, requests.estates), *self.pairing.hearings]

    def told(self) -> list[Envelope]:
        """All that either service has told of the request and its tasks."""
        stores: tuple[Any, ...] = (self.requests.store, self.pairing.backing.care_tasks)
        return [envelope for store in stores for envelope in store.told]

    def _untold(self) -> list[Envelope]:
        new = [envelope for envelope in self.told() if envelope.id not in self.known]
        self.known |= {envelope.id for envelope in new}
        return new

    async def request(self, request_id: str) -> ServiceRequest:
        """The request as it is."""
        return await self.requests.service.get(request_id, DISPATCHER)

    async def does(self, name: str, request_id: str, *steps: str) -> None:
        """A helper takes these steps with the latest task of the request; all is heard."""
        acts: dict[str, Callable[[str], Any]] = {
            "accept": lambda id_: self.pairing.care_tasks.accept(id_, me(f"per_{name}"), seen=None),
            "decline": lambda id_: self.pairing.care_tasks.decline(
                id_, me(f"per_{name}"), seen=None
            ),
            "start": lambda id_: self.pairing.care_tasks.start(id_, me(f"per_{name}"), seen=None),
            "give_back": lambda id_: self.pairing.care_tasks.give_back(
                id_, me(f"per_{name}"), seen=None, reason=None
            ),
            "complete": lambda id_: self.pairing.care_tasks.complete(
                id_, me(f"per_{name}"), note=None, minutes=20, seen=None
            ),
        }
        for step in steps:
            await acts[step]((await self.task(request_id)).id)
        await self.hear_all()

    async def task(self, request_id: str) -> CareTask:
        """The latest task of the request."""
        return (await self.pairing.tasks(request_id))[-1]

    async def silence(self, hours: int) -> None:
        """Nobody answers for so long; all is heard."""
        self.pairing.clock.move(timedelta(hours=hours))
        await self.pairing.placing.ring()
        await self.hear_all()


@pytest.fixture(params=range(5))
async def town(request: pytest.FixtureRequest) -> Town:
    """The two, with a consenting household in the first dwelling."""
    pairing = await of_pairing.harness_over(None)
    requests = Harness(fake_store(), FakeCopies(), pairing.clock)
    await requests.know_estate()
    await pairing.household("dwl_1")
    return Town(requests, pairing, random.Random(request.param))


async def test_a_households_own_helper_does_it_and_the_resident_sees_each_step(
    town: Town,
) -> None:
    own = await town.helper("own")
    (home,) = await town.pairing.backing.households.find({"dwelling_id": "dwl_1"})
    await town.pairing.paired([own], home)
    request_id = await town.asked()

    await town.does("own", request_id, "accept")
    accepted = await town.request(request_id)
    assert (accepted.state, accepted.handler_id) == (RequestState.IN_PROGRESS, own.id)
    await town.does("own", request_id, "start")
    assert (await town.request(request_id)).first_contact_at is not None
    await town.does("own", request_id, "complete")

    assert (await town.request(request_id)).state is RequestState.RESOLVED
    types = await town.requests.types(request_id)
    steps = ["submitted", "accepted", "assigned", "started", "contacted", "resolved"]
    assert types == steps


async def test_all_steps_at_once_end_alike_in_whatever_order_they_are_heard(town: Town) -> None:
    own = await town.helper("own")
    request_id = await town.asked()

    await town.does("own", request_id, "accept", "start", "complete")

    done = await town.request(request_id)
    assert (done.state, done.handler_id) == (RequestState.RESOLVED, own.id)
    assert done.first_contact_at is not None
    types = await town.requests.types(request_id)
    assert [types.count(each) for each in ("started", "resolved")] == [1, 1]


async def test_the_post_that_the_service_type_names_is_asked_where_there_is_no_own_helper(
    town: Town,
) -> None:
    named, general = await town.helper("named"), await town.helper("general")
    await town.post("shopping", "living", named)
    await town.post("care", "care", general)
    types = town.requests.service_types
    kind = await types.get(HERE[0], CARE)
    await types.change(HERE[0], replace(kind, post="shopping"), seen=None)

    request_id = await town.asked()

    assert (await town.task(request_id)).asked_ids == ("per_named",)
    await town.does("named", request_id, "accept", "complete")
    assert (await town.request(request_id)).handler_id == named.id


async def test_where_the_type_names_none_the_post_whose_categories_say_so_is_asked(
    town: Town,
) -> None:
    await town.post("care", "care", await town.helper("holder"))

    request_id = await town.asked()

    assert (await town.task(request_id)).asked_ids == ("per_holder",)


async def test_what_nobody_answers_goes_back_to_the_dispatcher_who_may_give_it_again(
    town: Town,
) -> None:
    await town.post("care", "care", await town.helper("holder"))
    request_id = await town.asked()

    await town.silence(24)

    back = await town.request(request_id)
    assert (back.state, back.assignment) == (RequestState.ACCEPTED, None)
    assert back.refusal is not None
    assert back.refusal.reason == "no_answer"
    await town.requests.service.assign(request_id, DISPATCHER, seen=None, unit=Unit.CARE)
    await town.hear_all()
    assert (await town.task(request_id)).asked_ids == ("per_holder",)
    assert len(await town.pairing.tasks(request_id)) == 2


async def test_a_helper_who_gives_it_back_is_followed_by_another_and_then_by_staff(
    town: Town,
) -> None:
    await town.helper("first")
    second = await town.helper("second")
    request_id = await town.asked()

    await town.does("first", request_id, "accept")
    await town.does("first", request_id, "give_back")
    assert (await town.task(request_id)).asked_ids == ("per_second",)
    await town.does("second", request_id, "accept")
    assert (await town.request(request_id)).handler_id == second.id
    await town.does("second", request_id, "give_back")

    handed = await town.request(request_id)
    assert handed.state is RequestState.IN_PROGRESS
    assert handed.assignment is not None
    assert (handed.assignment.unit, handed.handler_id) == (Unit.STAFF, None)
    assert handed.refusal is not None


async def test_who_takes_the_request_back_takes_every_offer_back_as_well(town: Town) -> None:
    await town.helper("one")
    await town.helper("two")
    request_id = await town.asked()
    await town.does("one", request_id, "accept")

    await town.requests.service.withdraw(request_id, OWNER, seen=None)
    await town.hear_all()

    task = await town.task(request_id)
    assert (task.state.value, task.asked_ids) == ("cancelled", ("per_one",))
    assert (await town.request(request_id)).state is RequestState.WITHDRAWN


async def test_what_is_not_solved_is_put_to_the_helper_again(town: Town) -> None:
    await town.helper("own")
    request_id = await town.asked()
    await town.does("own", request_id, "accept", "complete")

    await town.requests.service.follow_up(request_id, OWNER, seen=None, said=Said(Answer.NO, 2))
    await town.hear_all()
    await town.does("own", request_id, "accept", "complete")

    assert len(await town.pairing.tasks(request_id)) == 2
    assert (await town.request(request_id)).state is RequestState.RESOLVED


async def test_what_staff_have_resolved_is_asked_of_nobody_any_more(town: Town) -> None:
    await town.helper("own")
    request_id = await town.asked()
    await town.does("own", request_id, "accept")

    await town.requests.service.resolve(request_id, DISPATCHER, seen=None, note=None)
    await town.hear_all()

    assert (await town.task(request_id)).state.value == "cancelled"


async def test_no_event_of_it_all_says_what_the_household_lives_with(town: Town) -> None:
    await town.helper("own")
    request_id = await town.asked()
    await town.does("own", request_id, "accept", "start", "complete")

    told = " ".join(str(envelope.data) for envelope in town.told())
    assert not [word for word in ("hardship", "elderly", "disab", "high") if word in told]
