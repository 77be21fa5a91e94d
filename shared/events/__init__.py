"""The published language: what one service tells the others, one file per telling service.

An event is a fact in the past tense, a frozen model that carries ids and facts, never personal
data. Its ``type`` is ``<service>.<entity>.<participle>.v<n>``; it is the routing key on the bus as
well. Changes only add optional fields; a breaking change is a new class with the next version
beside the old one.
"""

from shared.events.base import EVENT_TYPES, Event, event_class

__all__ = ["EVENT_TYPES", "Event", "event_class"]
