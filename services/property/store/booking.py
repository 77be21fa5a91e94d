"""Venues' rules and bookings in the store."""

from services.property.domain.booking import Booking
from services.property.domain.venue import VenueRules
from shared.mongo import Database, Documents, Index

SOURCE = "/linli/property"


def venue_rules(database: Database) -> Documents[VenueRules]:
    """The collection; a venue has one, by its id."""
    return database.documents("venue_rules", VenueRules, source=SOURCE)


def bookings(database: Database) -> Documents[Booking]:
    """The collection; of those that hold a venue, no two hold one quarter of an hour of it.

    The index has a row for each quarter of a booking, and all of them are written with it or none:
    whoever is second is refused, however long the two are and however many ask at once.
    """
    return database.documents(
        "bookings",
        Booking,
        source=SOURCE,
        indexes=[
            Index(
                (("facility_id", 1), ("quarters", 1)),
                unique=True,
                partial={"holds": True},
                name="quarters",
            ),
            Index((("facility_id", 1), ("holds", 1), ("ends_at", 1), ("_id", 1)), name="held"),
            Index((("facility_id", 1), ("_id", -1)), name="facility"),
            Index((("estate_id", 1), ("_id", -1)), name="estate"),
            Index((("person_id", 1), ("_id", -1)), name="person"),
            Index((("person_id", 1), ("state", 1), ("ends_at", 1), ("_id", 1)), name="live"),
        ],
    )
