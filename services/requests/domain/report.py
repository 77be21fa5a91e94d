"""What a city's system asks for by Open311, and who it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.requests.domain.contact import Contact
from services.requests.domain.whereabouts import Whereabouts


@dataclass(frozen=True, slots=True)
class Client:
    """A city's system, known by its key, and where it may report; ``estates`` None: anywhere."""

    id: str
    communities: tuple[str, ...]
    estates: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a client asks for; without ``description`` it is the type's own name."""

    service_code: str
    where: Whereabouts
    description: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contact: Contact | None = None
    media_urls: tuple[str, ...] = ()
    sender: tuple[str | None, ...] = ()
    """What the client said of who sent it: told, two that differ in it are two."""
    pictures: tuple[str, ...] = ()
    """A digest of each picture that came along."""

    def told(self) -> tuple[object, ...]:
        """All that makes it this report and no other."""
        contact, where = self.contact, self.where
        person = contact and (contact.name, contact.phone, contact.email)
        point = where.position and (where.position.lat, where.position.long)
        answers = sorted(self.attributes.items())
        place = (where.address_id, point, where.address)
        return (
            self.service_code,
            self.description,
            place,
            answers,
            person,
            self.media_urls,
            self.sender,
            self.pictures,
        )
