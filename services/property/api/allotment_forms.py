"""What is sent about allotments, and what is shown: entrants by their ids, whose they are to
nobody."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.property.domain.allotment import Allotment, AllotmentState
from services.property.domain.allotment_terms import (
    NUMBERS_MAX,
    SPACES_MAX,
    TERM_DAYS_MAX,
    AllotmentMode,
    Terms,
)
from services.property.domain.draw import SCHEME
from shared.web import Body, View
from shared.web.forms import Moment, Ref

Title = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Spaces = Annotated[tuple[Ref, ...], Field(max_length=SPACES_MAX)]
SomeSpaces = Annotated[tuple[Ref, ...], Field(min_length=1, max_length=SPACES_MAX)]
TermDays = Annotated[int, Field(strict=True, ge=1, le=TERM_DAYS_MAX)]
PerDwelling = Annotated[int, Field(strict=True, ge=1, le=5)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
"""Said aloud by a witness; a text, as it is hashed as it is written."""


class AllotmentBody(Body):
    """What is given and how: of a draw, which spaces and until when one may enter; of a waiting
    list, neither."""

    estate_id: Ref
    mode: AllotmentMode
    title: Title
    term_days: TermDays
    space_ids: Spaces = ()
    closes_at: Moment | None = None
    per_dwelling: PerDwelling = 1

    def terms(self) -> Terms:
        """In the words of the domain."""
        return Terms(**self.model_dump(exclude={"estate_id"}))


class EntryBody(Body):
    """Which vehicle enters."""

    vehicle_id: Ref


class GivingBody(Body):
    """Which spaces are given to who has waited longest."""

    space_ids: SomeSpaces


class DrawBody(Body):
    """Numbers that witnesses say aloud, in that order; none may be said."""

    numbers: Annotated[tuple[Number, ...], Field(max_length=NUMBERS_MAX)] = ()


class GivenView(View):
    """Which entrant got which space."""

    entrant_id: str
    space_id: str
    at: datetime


class AllotmentView(View):
    """An allotment; entrants in the order in which they came, one's own once more beside them."""

    id: str
    community: str
    version: int
    state: AllotmentState
    estate_id: str
    mode: AllotmentMode
    title: str
    term_days: int
    space_ids: list[str]
    closes_at: datetime | None
    per_dwelling: int
    opened_at: datetime
    commitment: str | None
    list_digest: str | None
    entrant_ids: list[str]
    own_entrant_ids: list[str]
    given: list[GivenView]
    drawn_at: datetime | None

    @classmethod
    def of(cls, allotment: Allotment, own: frozenset[str] = frozenset()) -> "AllotmentView":
        """As the caller sees it."""
        terms, ids = allotment.terms, [entrant.id for entrant in allotment.entrants]
        return cls(
            id=allotment.id,
            community=allotment.community,
            version=allotment.version,
            state=allotment.state,
            estate_id=allotment.estate_id,
            mode=terms.mode,
            title=terms.title,
            term_days=terms.term_days,
            space_ids=list(terms.space_ids),
            closes_at=terms.closes_at,
            per_dwelling=terms.per_dwelling,
            opened_at=allotment.opened_at,
            commitment=allotment.commitment,
            list_digest=allotment.list_digest,
            entrant_ids=ids,
            own_entrant_ids=[each for each in ids if each in own],
            given=[GivenView.model_validate(e, from_attributes=True) for e in allotment.given],
            drawn_at=allotment.drawn_at,
        )


class TicketView(View):
    """One entrant's ticket, its place from 1 on, and the space that it got."""

    place: int
    entrant_id: str
    ticket: str
    space_id: str | None


class ProofView(View):
    """All that it takes to check a draw with SHA-256 alone.

    ``commitment`` is SHA-256 of the text of ``seed``, public since ``opened_at``; ``list_digest``
    is SHA-256 of the entrants' ids in alphabetical order, joined by line feeds. A ticket is SHA-256
    of ``scheme|seed|numbers|list_digest|entrant_id``, numbers joined by commas, all in UTF-8 and
    hexadecimal; the smallest ticket gets the first of the spaces. Before the draw, the seed and the
    tickets are not there.
    """

    scheme: str
    state: AllotmentState
    opened_at: datetime
    commitment: str | None
    closes_at: datetime | None
    list_digest: str | None
    entrant_ids: list[str]
    numbers: list[str]
    seed: str | None
    drawn_at: datetime | None
    space_ids: list[str]
    tickets: list[TicketView]

    @classmethod
    def of(cls, allotment: Allotment) -> "ProofView":
        """The proof, as far as it is public."""
        drawn = allotment.draw
        spaces = {given.entrant_id: given.space_id for given in allotment.given}
        return cls(
            scheme=SCHEME,
            state=allotment.state,
            opened_at=allotment.opened_at,
            commitment=allotment.commitment,
            closes_at=allotment.terms.closes_at,
            list_digest=allotment.list_digest,
            entrant_ids=sorted(allotment.entrant_ids),
            numbers=list(allotment.numbers),
            seed=allotment.seed if allotment.state is AllotmentState.DRAWN else None,
            drawn_at=allotment.drawn_at,
            space_ids=list(allotment.terms.space_ids),
            tickets=[
                TicketView(
                    place=place,
                    entrant_id=each.entrant_id,
                    ticket=each.ticket,
                    space_id=spaces.get(each.entrant_id),
                )
                for place, each in enumerate(drawn, start=1)
            ],
        )
