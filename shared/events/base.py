"""What every event is, and the registry of all of them by type."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

EVENT_TYPES: dict[str, type["Event"]] = {}
"""Every event class by its type; filled as the files of this package are imported."""


class Event(BaseModel):
    """A fact that one service tells. Readers ignore fields that they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    """``<service>.<entity>.<participle>.v<n>``, the routing key too."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            EVENT_TYPES[cls.type] = cls


def event_class(event_type: str) -> type[Event] | None:
    """The class that models this type, or None if nobody here knows it."""
    return EVENT_TYPES.get(event_type)
