"""Whose eyes look at a work order, and what they may do with it.

A company sees and does its own; staff and the committee see all of their community's and deal out
what no company does; volunteers see what their teams do, and residents what they asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.property.domain.work_order import WorkOrder
from services.property.service.viewer import Located, Viewer
from shared.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class WorkViewer(Viewer):
    """Who asks; a ``person_id`` bounds the view to what that person asked for, and to what is done
    by their ``teams``."""

    person_id: str | None = None
    teams: tuple[str, ...] = ()

    def sees(self, thing: Located) -> bool:
        """Whether the thing is there for this viewer."""
        if not Viewer.sees(self, thing) or self.person_id is None:
            return Viewer.sees(self, thing)
        return isinstance(thing, WorkOrder) and (_asked(self, thing) or _teams(self, thing))

    def within(self, where: Mapping[str, Any]) -> dict[str, Any]:
        """The filter bounded to what this viewer sees: a volunteer's teams' work; of others what
        they asked for."""
        bounded = Viewer.within(self, where)
        if self.person_id is not None and self.teams:
            bounded["handler_team_id"] = {"$in": sorted(self.teams)}
        elif self.person_id is not None:
            bounded["asked.requester_id"] = self.person_id
        return bounded


def sight(viewer: Viewer) -> WorkViewer:
    """The eyes of this viewer upon work orders; bounded to no person's if nobody said whose."""
    if isinstance(viewer, WorkViewer):
        return viewer
    return WorkViewer(viewer.communities, viewer.company, viewer.estates)


def check_deals(viewer: Viewer, order: WorkOrder) -> None:
    """Passes for whoever says who is to do the work: the company, else staff or the committee.

    Errors: ``NotAllowed``.
    """
    eyes = sight(viewer)
    if eyes.person_id is not None:
        raise NotAllowed("work_order.not_dealt_by_you", id=order.id)
    if eyes.company is None and order.contractor_id is not None:
        raise NotAllowed("work_order.companys", id=order.id)


def check_works(viewer: Viewer, order: WorkOrder) -> None:
    """Passes for whoever does the work, and whoever deals it out. Errors: ``NotAllowed``."""
    eyes = sight(viewer)
    if eyes.person_id is None:
        check_deals(eyes, order)
    elif eyes.person_id != order.assignee_id:
        raise NotAllowed("work_order.not_yours", id=order.id)


def check_takes(viewer: Viewer, order: WorkOrder, worker_id: str) -> None:
    """Passes for whoever takes work that their team does, for themselves, and for whoever deals it
    out, for anybody. Errors: ``NotAllowed``."""
    eyes = sight(viewer)
    if eyes.person_id is None:
        check_deals(eyes, order)
    elif eyes.person_id != worker_id or not _teams(eyes, order):
        raise NotAllowed("work_order.not_yours", id=order.id)


def check_judges(viewer: Viewer, order: WorkOrder, *, by: str) -> None:
    """Passes for the committee, and for whose request it was; never for whoever did the work.

    Errors: ``NotAllowed``.
    """
    eyes = sight(viewer)
    if by == order.assignee_id:
        raise NotAllowed("work_order.own_work", id=order.id)
    if eyes.person_id is not None and not _asked(eyes, order):
        raise NotAllowed("work_order.not_asked_by_you", id=order.id)


def check_cancels(viewer: Viewer, order: WorkOrder) -> None:
    """Passes for the committee: a resident takes the request back instead. ``NotAllowed``."""
    eyes = sight(viewer)
    if eyes.person_id is not None:
        raise NotAllowed("work_order.not_cancelled_by_you", id=order.id)


def _asked(viewer: WorkViewer, order: WorkOrder) -> bool:
    return order.asked is not None and order.asked.requester_id == viewer.person_id


def _teams(viewer: WorkViewer, order: WorkOrder) -> bool:
    return order.handler_team_id is not None and order.handler_team_id in viewer.teams
