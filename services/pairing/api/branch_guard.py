"""What a branch's secretary may open: a thing of their own branch, and nothing of another's."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Depends, Request
from fastapi.params import Depends as DependsOn

from services.pairing.api.forms import branch_of
from services.pairing.service.branch_sight import About, BranchSight
from services.pairing.service.onlooker import Onlooker
from shared.auth import Caller
from shared.errors import NotFound
from shared.web.callers import caller_of

Load = Callable[[str, Sequence[str]], Awaitable[About]]
"""Whom the thing with this id, in these communities, is about; ``NotFound``."""


class BranchGuard:
    """A dependency of routes whose path names a thing: lets a branch's callers in only where it is
    of their branch (``service.branch_sight``). How far others see, the use case says."""

    def __init__(self, sight: BranchSight, load: Load, param: str) -> None:
        self._sight = sight
        self._load = load
        self._param = param

    async def __call__(self, request: Request) -> None:
        """``NotFound``, in the store's own words, for another branch's."""
        thing_id = request.path_params.get(self._param)
        onlooker = onlooker_of_homes(caller_of(request))
        if thing_id is None or (onlooker.branch_id is None and onlooker.communities):
            return
        about = await self._load(thing_id, onlooker.communities)
        if not await self._sight.sees(about, onlooker):
            raise NotFound("store.not_found", id=thing_id)

    @property
    def depends(self) -> DependsOn:
        """As a route takes it."""
        dependency: DependsOn = Depends(self)
        return dependency


def onlooker_of_homes(caller: Caller) -> Onlooker:
    """A branch is bound to what it answers for; whom else the use case bounds, is not bound here.

    One whose token names no branch sees nothing.
    """
    if caller.is_a("staff") or not caller.is_a("branch"):
        return Onlooker(caller.communities)
    return branch_of(caller)
