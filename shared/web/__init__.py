"""How every service speaks HTTP: who may call, in what form, and what an error looks like.

A route takes ``Depends(needs(scope))`` exactly once, or ``Depends(Anyone(purpose))`` where it is
open to everybody; ``Depends(Takes(...))`` where its body is not JSON of the common size;
``Depends(once)`` on what must not happen twice; ``Depends(seen)`` where the caller says which
version it decided on; ``Depends(paging)`` on lists. All dependencies are async: a sync one would
run in a thread, and ``assemble`` refuses it.
"""

from shared.web.callers import Anyone, Needs, needs
from shared.web.forms import Body, PageQuery, Seen, View, answer, listing, no_content, paging, seen
from shared.web.once import Once
from shared.web.takes import Sent, Takes

__all__ = [
    "Anyone",
    "Body",
    "Needs",
    "Once",
    "PageQuery",
    "Seen",
    "Sent",
    "Takes",
    "View",
    "answer",
    "listing",
    "needs",
    "no_content",
    "paging",
    "seen",
]
