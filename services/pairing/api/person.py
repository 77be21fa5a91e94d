"""Residents over HTTP: registered, changed, read for a purpose that is put on record, forgotten."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.params import Depends as DependsOn

from services.pairing.api.forms import PREFIX
from services.pairing.api.person_forms import (
    ErasureBody,
    MaskedPersonView,
    PersonBody,
    PersonChangeBody,
    PersonRecordView,
    PersonView,
    ReturnBody,
)
from services.pairing.domain.person import Person, PersonState
from services.pairing.service.household import Purpose
from services.pairing.service.person import PersonService
from shared.auth import Caller
from shared.web import Once, answer, listing, needs
from shared.web.forms import PageView, Paging, PathId, QueryId, Version
from shared.web.once import Lookup
from shared.web.readings import ReadingView
from shared.web.story import StoryView

Writing = Annotated[Caller, Depends(needs("pairing:person:write"))]
Looking = Annotated[Caller, Depends(needs("pairing:person:read"))]
Exporting = Annotated[Caller, Depends(needs("pairing:person:export"))]
Erasing = Annotated[Caller, Depends(needs("pairing:person:erase"))]


def router(service: PersonService, answered: Lookup) -> APIRouter:
    """The routes of residents."""
    router = APIRouter(prefix=f"{PREFIX}/persons", tags=["persons"])
    _writing(router, service, answered)
    _leaving(router, service, [Depends(Once(answered, PersonView.of))])
    _reading(router, service)
    return router


def _writing(router: APIRouter, service: PersonService, answered: Lookup) -> None:
    registered = Depends(Once(answered, PersonView.of, status=201))
    changed = Depends(Once(answered, PersonView.of))

    @router.post("", status_code=201, response_model=PersonView, dependencies=[registered])
    async def register_person(body: PersonBody, caller: Writing) -> Response:
        """Put a resident on the register; the answer does not say who it is."""
        newcomer = body.newcomer(caller.one_community(body.community))
        person = await service.register(newcomer)
        location = f"{PREFIX}/persons/{person.id}"
        return answer(PersonView.of(person), person.version, 201, location)

    @router.patch("/{person_id}", response_model=PersonView, dependencies=[changed])
    async def change_person(
        person_id: PathId, body: PersonChangeBody, caller: Writing, version: Version
    ) -> Response:
        """Correct what is known of a resident; what is left out stays as it is."""
        return _shown(
            await service.change(
                person_id, body.changes(), communities=caller.communities, seen=version
            )
        )


def _leaving(router: APIRouter, service: PersonService, once: Sequence[DependsOn]) -> None:
    @router.post("/{person_id}/departure", response_model=PersonView, dependencies=once)
    async def person_leaves(person_id: PathId, caller: Writing, version: Version) -> Response:
        """They live here no more; where they lived is forgotten."""
        return _shown(await service.leave(person_id, communities=caller.communities, seen=version))

    @router.post("/{person_id}/return", response_model=PersonView, dependencies=once)
    async def person_returns(
        person_id: PathId, body: ReturnBody, caller: Writing, version: Version
    ) -> Response:
        """They live here again."""
        return _shown(
            await service.come_back(
                person_id,
                dwelling_id=body.dwelling_id,
                communities=caller.communities,
                seen=version,
            )
        )

    @router.post("/{person_id}/erasure", response_model=PersonView, dependencies=once)
    async def erase_person(
        person_id: PathId, body: ErasureBody, caller: Erasing, version: Version
    ) -> Response:
        """Forget who it was, for good; not while they belong to a household that is cared for."""
        return _shown(
            await service.erase(
                person_id, reason=body.reason, communities=caller.communities, seen=version
            )
        )


def _reading(router: APIRouter, service: PersonService) -> None:
    @router.get("", response_model=PageView[MaskedPersonView])
    async def list_persons(
        caller: Looking,
        page: Paging,
        state: PersonState | None = None,
        dwelling_id: QueryId = None,
    ) -> Response:
        """The residents of the caller's communities, newest first; who they are is masked."""
        found = await service.page(
            communities=caller.communities,
            where={"state": state and state.value, "dwelling_id": dwelling_id},
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([MaskedPersonView.of(each) for each in found.items], found.next_cursor)

    @router.get("/records", response_model=PageView[PersonRecordView])
    async def export_persons(caller: Exporting, page: Paging, purpose: Purpose) -> Response:
        """The residents in full, newest first; each one shown is put on record first.

        As a table (``Accept: text/csv``) it may be changed and sent to ``/persons/imports``.
        """
        found = await service.records(
            communities=caller.communities,
            by=caller.id,
            purpose=purpose,
            cursor=page.cursor,
            limit=page.limit,
        )
        return listing([PersonRecordView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{person_id}", response_model=PersonRecordView)
    async def read_person(person_id: PathId, purpose: Purpose, caller: Looking) -> Response:
        """One resident in full; who read it, and for what, is put on record first."""
        person = await service.read(
            person_id, communities=caller.communities, by=caller.id, purpose=purpose
        )
        return answer(PersonRecordView.of(person), person.version)

    @router.get("/{person_id}/readings", response_model=PageView[ReadingView])
    async def list_person_readings(person_id: PathId, caller: Looking, page: Paging) -> Response:
        """The readings of this resident, newest first."""
        found = await service.readings(
            person_id, communities=caller.communities, cursor=page.cursor, limit=page.limit
        )
        return listing([ReadingView.of(each) for each in found.items], found.next_cursor)

    @router.get("/{person_id}/story", response_model=StoryView)
    async def read_person_story(person_id: PathId, caller: Looking) -> Response:
        """Everything that happened to the record, oldest first; events tell no particulars."""
        story = await service.story(person_id, communities=caller.communities)
        return answer(StoryView.of(story))


def _shown(person: Person) -> Response:
    return answer(PersonView.of(person), person.version)
