"""What is sent about visitors, and what is shown: whom a pass is for only on record."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from services.property.api.parking_forms import MaskedView, Plate
from services.property.domain.visitor import CODE_LENGTH, VisitorPass, VisitorPassState
from services.property.service.visitor import PassDraft
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Visitor = Annotated[str, StringConstraints(min_length=1, max_length=100)]
OneTimeCode = Annotated[str, StringConstraints(pattern=rf"^[0-9]{{{CODE_LENGTH}}}$")]


class VisitorPassBody(Body):
    """Whom a dwelling expects, and when; name and plate only if the host wants them known."""

    estate_id: Ref
    dwelling_id: Ref
    valid_from: Moment
    valid_to: Moment
    visitor: Visitor | None = None
    plate: Plate | None = None

    def draft(self) -> PassDraft:
        """In the words of the use case."""
        return PassDraft(**self.model_dump())


class VisitorPassView(MaskedView):
    """A visitor's pass without whom it is for."""

    id: str
    community: str
    version: int
    state: VisitorPassState
    estate_id: str
    dwelling_id: str
    host_id: str | None
    valid_from: datetime
    valid_to: datetime
    used_at: datetime | None
    used_gate: str | None


class IssuedPassView(VisitorPassView):
    """A new pass with its code, which is shown this once."""

    code: str

    @classmethod
    def made(cls, one: VisitorPass, code: str) -> "IssuedPassView":
        """What the host gets to see."""
        return cls(**VisitorPassView.told(one).model_dump(), code=code)


class VisitorView(View):
    """Whom a pass is for; that somebody saw it is on record. Null once it is forgotten."""

    id: str
    visitor: str | None
    plate: str | None

    @classmethod
    def of(cls, one: VisitorPass) -> "VisitorView":
        """The full view."""
        return cls(id=one.id, visitor=one.visitor, plate=one.plate)


class AdmissionBody(Body):
    """The code that somebody shows at a gate."""

    estate_id: Ref
    code: OneTimeCode
    gate: Ref


class AdmissionView(View):
    """Who has come may go to this dwelling."""

    id: str
    dwelling_id: str
    used_at: datetime | None

    @classmethod
    def of(cls, one: VisitorPass) -> "AdmissionView":
        """What the gate gets to see."""
        return cls(id=one.id, dwelling_id=one.dwelling_id, used_at=one.used_at)
