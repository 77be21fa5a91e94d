"""Proposing improvement projects, deciding on them and carrying them out."""

from dataclasses import dataclass

from services.property.domain import project as domain
from services.property.domain.project import Project, ProjectAction, ProjectState
from services.property.service.photo import Claims
from services.property.service.standing import OnEstate, Yards
from services.property.service.viewer import Target, Viewer
from shared.clock import Clock, new_id
from shared.store import Store


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """What could be made better on an estate, and for how much at most."""

    estate_id: str
    title: str
    about: str
    budget_fen: int
    photos_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A sum in fen, why or for what, and by whom it was entered."""

    sum_fen: int
    words: str
    by: str


class ProjectService(OnEstate[Project]):
    """What one can do with projects. Each: ``NotFound`` for one that the viewer does not see."""

    def __init__(self, store: Store[Project], yards: Yards, photos: Claims, clock: Clock) -> None:
        super().__init__(store, yards)
        self._photos = photos
        self._clock = clock

    async def propose(self, viewer: Viewer, draft: ProjectDraft, *, by: str) -> Project:
        """A new project. ``Invalid`` (estate, budget, photos)."""
        plan = await self._yards.plan(viewer, draft.estate_id)
        new = Project(
            id=new_id("prj"),
            community=plan.community,
            version=0,
            state=ProjectState.PROPOSED,
            estate_id=plan.estate_id,
            title=draft.title,
            about=draft.about,
            budget_fen=draft.budget_fen,
            proposed_by=by,
            proposed_at=self._clock.now(),
            photos_before=draft.photos_before,
        )
        decided = domain.propose(new)
        await self._photos.claim(viewer, draft.photos_before, pointer="/photos_before")
        return await self._store.save(*decided)

    async def move(
        self, target: Target, action: ProjectAction, *, reason: str | None = None
    ) -> Project:
        """Bring it to another stage. ``Stale``, ``WrongState``."""
        project = await self._load(target)
        return await self._store.save(*domain.move(project, action, reason=reason))

    async def complete(self, target: Target, photos_after: tuple[str, ...]) -> Project:
        """It is done, and looks so. ``Stale``, ``WrongState``, ``Invalid``."""
        project = await self._load(target)
        decided = domain.complete(project, photos_after)
        await self._photos.claim(target.viewer, photos_after, pointer="/photos_after")
        return await self._store.save(*decided)

    async def change_budget(self, target: Target, entry: Entry) -> Project:
        """It may cost so much. ``Stale``, ``WrongState``, ``Invalid``, ``Conflict``."""
        project = await self._load(target)
        return await self._store.save(
            *domain.change_budget(
                project, entry.sum_fen, reason=entry.words, by=entry.by, at=self._clock.now()
            )
        )

    async def spend(self, target: Target, entry: Entry) -> Project:
        """Money is spent on it, within the budget. The same errors."""
        project = await self._load(target)
        return await self._store.save(
            *domain.spend(
                project, entry.sum_fen, about=entry.words, by=entry.by, at=self._clock.now()
            )
        )
