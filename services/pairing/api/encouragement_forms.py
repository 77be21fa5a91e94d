"""What is told of pledges, exemplars and thanks, and shown of them."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.pairing.domain.exemplar import Exemplar, ExemplarState, Merit
from services.pairing.domain.pledge import TARGET_MAX, Goal, Measure, Pledge, PledgeState
from services.pairing.domain.points import ContributionKind
from services.pairing.domain.thanks import Thanks
from services.pairing.service.pledge import Progress
from shared.web import Body, View
from shared.web.forms import Day, Note, Ref


class PledgeBody(Body):
    """So many minutes or acts, of one kind or of any, from a day to a day, both included;
    ``community`` only for callers of several."""

    measure: Measure
    target: Annotated[int, Field(strict=True, ge=1, le=TARGET_MAX)]
    first_on: Day
    last_on: Day
    kind: ContributionKind | None = None
    community: Ref | None = None

    def goal(self) -> Goal:
        """The same in the domain's words."""
        return Goal(self.measure, self.target, self.first_on, self.last_on, self.kind)


class GoalView(View):
    """What is pledged."""

    measure: Measure
    target: int
    first_on: date
    last_on: date
    kind: ContributionKind | None


class PledgeView(View):
    """A pledge after a change."""

    id: str
    community: str
    version: int
    state: PledgeState
    member_id: str
    branch_id: str
    goal: GoalView
    reminded_at: datetime | None

    @classmethod
    def of(cls, pledge: Pledge) -> "PledgeView":
        """The view of a pledge."""
        return cls.model_validate(pledge, from_attributes=True)


class PledgeProgressView(PledgeView):
    """A pledge and how much of it is done: by confirmed records, in its own measure."""

    done: int

    @classmethod
    def of_progress(cls, progress: Progress) -> "PledgeProgressView":
        """The view of a pledge with its progress."""
        shown = PledgeView.of(progress.pledge)
        return cls.model_validate({**dict(shown), "done": progress.done})


class ExemplarBody(Body):
    """A member, and the days by whose figures they are named."""

    member_id: Ref
    first_on: Day
    last_on: Day


class MeritView(View):
    """Confirmed records of a member in some days; ``place`` among so many ``members``."""

    member_id: str
    records: int
    minutes: int
    points: int
    place: int
    members: int

    @classmethod
    def of(cls, merit: Merit) -> "MeritView":
        """The view of figures."""
        return cls.model_validate(merit, from_attributes=True)


class ExemplarView(View):
    """A member named as an example to follow, and the figures that put them there."""

    id: str
    community: str
    version: int
    state: ExemplarState
    member_id: str
    branch_id: str
    first_on: date
    last_on: date
    merit: MeritView
    named_at: datetime
    recounted_at: datetime | None

    @classmethod
    def of(cls, exemplar: Exemplar) -> "ExemplarView":
        """The view of an exemplar."""
        return cls.model_validate(exemplar, from_attributes=True)


class ThanksBody(Body):
    """Whom, in what words, for which of their records if for one."""

    member_id: Ref
    words: Note | None = None
    contribution_id: Ref | None = None


class ThanksView(View):
    """Thanks as they are answered to who gave them; words are sealed, and shown in lists only."""

    id: str
    community: str
    version: int
    member_id: str
    branch_id: str
    by: str
    at: datetime
    contribution_id: str | None

    @classmethod
    def of(cls, thanks: Thanks) -> "ThanksView":
        """The view of thanks."""
        return cls.model_validate(thanks, from_attributes=True)


class ThanksInWordsView(ThanksView):
    """Thanks."""

    words: str | None

    @classmethod
    def of(cls, thanks: Thanks) -> "ThanksInWordsView":
        """The view of thanks."""
        return cls.model_validate(thanks, from_attributes=True)
