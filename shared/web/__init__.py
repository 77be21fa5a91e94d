"""How every service speaks HTTP: who may call, in what form, and what an error looks like.

A route takes ``Depends(needs(scope))`` exactly once; ``Depends(once)`` on what must not happen
twice; ``Depends(seen)`` where the caller says which version it decided on; ``Depends(paging)`` on
lists. All dependencies are async: a sync one would run in a thread, and ``assemble`` refuses it.
"""

from shared.web.callers import Needs, needs
from shared.web.forms import Body, PageQuery, Seen, View, answer, listing, no_content, paging, seen
from shared.web.once import Once

__all__ = [
    "Body",
    "Needs",
    "Once",
    "PageQuery",
    "Seen",
    "View",
    "answer",
    "listing",
    "needs",
    "no_content",
    "paging",
    "seen",
]
