"""A request that a visit opens: who looked in on a household asks for help in its stead.

Pairing tells where and what for, and nothing of the household: which homes are cared for stays
with it.
"""

from services.requests.domain.request import Channel
from services.requests.domain.service_type import Visibility
from services.requests.domain.submission import Submission
from services.requests.service.request import RequestService
from shared.clock import derived_id
from shared.envelope import Envelope
from shared.errors import Awaited, Invalid, Stale
from shared.events.pairing_visit import VisitHelpRequested
from shared.texts import text

LOOK_IN = "care.check"
"""What is asked for where a community does not offer the service: somebody is to look, so that
nothing is lost."""
UNKNOWN_PLACE = ("estate.unknown", "dwelling.unknown")


class VisitHelpService:
    """Submits what visits ask for; the same event always makes the same request."""

    def __init__(self, requests: RequestService) -> None:
        self._requests = requests

    async def on_help_requested(self, event: VisitHelpRequested, envelope: Envelope) -> None:
        """Submit it in the name of who was there, for staff's eyes alone.

        Errors: ``Awaited`` until the estate is heard of.
        """
        try:
            await self._submit(event, event.service_code, envelope)
        except Invalid as invalid:
            if invalid.code in UNKNOWN_PLACE:
                raise Awaited(invalid.code, dwelling_id=event.dwelling_id) from None
            await self._submit(event, LOOK_IN, envelope)

    async def _submit(self, event: VisitHelpRequested, code: str, envelope: Envelope) -> None:
        submission = Submission(
            service_code=code,
            requester_id=envelope.actor,
            estate_id=event.estate_id,
            dwelling_id=event.dwelling_id,
            description=text("request.from_visit"),
            visibility=Visibility.STAFF,
            channel=Channel.VISIT,
            entered_by=envelope.actor,
        )
        try:
            await self._requests.submit(
                submission,
                communities=(envelope.community,),
                request_id=derived_id("req", envelope.id),
                handling=envelope,
            )
        except Stale:
            return  # it was made by this very event before
