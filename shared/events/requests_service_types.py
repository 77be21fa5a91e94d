"""What the requests service tells of its service types (诉求类别), which are data.

Names, descriptions and questions are texts and stay in the service; who needs them reads them
there, by code and version.
"""

from typing import ClassVar

from pydantic import Field

from shared.events.base import Event


class ServiceTypeEvent(Event):
    """A service type of a community as it is at ``type_version``."""

    service_type_id: str
    service_code: str
    type_version: int = Field(ge=1)
    group: str
    sla_class: str
    handler: str
    visibility: str
    active: bool
    open311: bool


class ServiceTypeAdopted(ServiceTypeEvent):
    """A community made a type of the common seed its own, as it was, to change it."""

    type: ClassVar[str] = "requests.service_type.adopted.v1"


class ServiceTypeAdded(ServiceTypeEvent):
    """A community added a type of its own."""

    type: ClassVar[str] = "requests.service_type.added.v1"


class ServiceTypeChanged(ServiceTypeEvent):
    """A type has a new version; requests submitted before keep what they were promised."""

    type: ClassVar[str] = "requests.service_type.changed.v1"
