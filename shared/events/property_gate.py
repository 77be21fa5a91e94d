"""What property tells of its gates: visitors, blocked fire lanes, how long it keeps who came.

Single entries and exits are told to nobody: they stand in the access log alone. What is told here
is withheld from web hooks where it tells of one person's life (``docs/decisions/0009``).
"""

from typing import ClassVar

from shared.events.base import Event


class VisitorPassIssued(Event):
    """A dwelling expects somebody."""

    type: ClassVar[str] = "property.visitor_pass.issued.v1"

    visitor_pass_id: str
    estate_id: str


class VisitorPassUsed(Event):
    """Who was expected has come."""

    type: ClassVar[str] = "property.visitor_pass.used.v1"

    visitor_pass_id: str
    estate_id: str


class VisitorPassRevoked(Event):
    """Nobody is expected any more."""

    type: ClassVar[str] = "property.visitor_pass.revoked.v1"

    visitor_pass_id: str
    estate_id: str


class VisitorPassExpired(Event):
    """Who was expected has not come in time."""

    type: ClassVar[str] = "property.visitor_pass.expired.v1"

    visitor_pass_id: str
    estate_id: str


class VisitorPassForgotten(Event):
    """Who was expected was let go of, as the retention rule says."""

    type: ClassVar[str] = "property.visitor_pass.forgotten.v1"

    visitor_pass_id: str
    estate_id: str


class ObstructionReported(Event):
    """A fire lane is blocked; an incident follows. ``vehicle_id``: if it is one of the estate's."""

    type: ClassVar[str] = "property.obstruction.reported.v1"

    obstruction_id: str
    estate_id: str
    incident_id: str
    vehicle_id: str | None = None


class ObstructionForgotten(Event):
    """Which vehicle it was, was let go of, as the retention rule says."""

    type: ClassVar[str] = "property.obstruction.forgotten.v1"

    obstruction_id: str
    estate_id: str


class RetentionRuleChanged(Event):
    """How long a community keeps who came through its gates is another now."""

    type: ClassVar[str] = "property.retention_rule.changed.v1"

    retention_rule_id: str
    days: int
