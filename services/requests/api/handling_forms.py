"""What is sent while a request is handled: holds, referrals, corrections."""

from typing import Annotated

from pydantic import Field

from services.requests.domain.assignment import HoldReason
from services.requests.domain.correction import CorrectionReason, Fields
from services.requests.domain.service_type import Visibility
from services.requests.domain.submission import DESCRIPTION_CHARACTERS_MAX
from shared.web import Body
from shared.web.forms import Moment, Note, Ref


class HoldBody(Body):
    """Why it waits, and until when; without ``until`` somebody has to resume it."""

    reason: HoldReason
    until: Moment | None = None
    note: Note | None = None


class ReferralBody(Body):
    """Who has it instead, such as 12345, and the number that it bears there, if it is known."""

    to: Annotated[str, Field(min_length=1, max_length=64)]
    number: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    note: Note | None = None


class WhyBody(Body):
    """Why it is set right; the note is kept with the request."""

    reason: CorrectionReason
    note: Note | None = None


class CorrectionBody(WhyBody):
    """What it should have been; what is not named stays."""

    description: (
        Annotated[str, Field(min_length=1, max_length=DESCRIPTION_CHARACTERS_MAX)] | None
    ) = None
    visibility: Visibility | None = None
    dwelling_id: Ref | None = None

    def fields_given(self) -> Fields:
        """The same for the domain."""
        return Fields(self.description, self.visibility, self.dwelling_id)
