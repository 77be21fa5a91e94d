"""All that venues keep, opened once."""

from dataclasses import dataclass

from services.property.service.venues import VenueStores
from services.property.store.booking import bookings, venue_rules
from shared.mongo import Database
from shared.web.once import Lookup


@dataclass(frozen=True, slots=True)
class VenueAnswers:
    """What finds the answers that each store keeps."""

    rules: Lookup
    bookings: Lookup


class VenueRecords:
    """The stores, and what finds the answers that they keep."""

    def __init__(self, database: Database) -> None:
        rules, booked = venue_rules(database), bookings(database)
        self.stores = VenueStores(rules=rules, bookings=booked)
        self.answered = VenueAnswers(rules=rules.answered, bookings=booked.answered)
