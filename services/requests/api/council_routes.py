"""All routes of the council."""

from fastapi import APIRouter

from services.requests.api import decision, meeting, proposal, thread, vote
from services.requests.service.council import Council
from shared.web.once import Lookup


def routers(council: Council, *, proposals: Lookup, meetings: Lookup) -> list[APIRouter]:
    """The routers; ``proposals`` and ``meetings`` find what these answered before."""
    return [
        proposal.router(council.proposals, council.agenda, proposals),
        vote.router(council.votes, proposals),
        decision.router(council.decisions, proposals),
        thread.router(council.threads),
        meeting.router(council.meetings, meetings),
    ]
