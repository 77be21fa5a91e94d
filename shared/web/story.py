"""An aggregate's story as its readers see it: the timeline and the audit trail in one."""

from datetime import datetime
from typing import Any

from shared.envelope import Envelope
from shared.web.forms import PageView, View


class StepView(View):
    """One thing that happened; ``sequence`` is the version that it made."""

    id: str
    type: str
    time: datetime
    actor: str
    sequence: int
    data: dict[str, Any]

    @classmethod
    def of(cls, envelope: Envelope) -> "StepView":
        """The step that an envelope tells of."""
        return cls(
            id=envelope.id,
            type=envelope.type,
            time=envelope.time,
            actor=envelope.actor,
            sequence=envelope.sequence,
            data=envelope.data,
        )


class StoryView(PageView[StepView]):
    """Everything that happened, oldest first."""

    @classmethod
    def of(cls, story: list[Envelope]) -> "StoryView":
        """The story that these envelopes tell."""
        return cls(items=[StepView.of(envelope) for envelope in story], next_cursor=None)
