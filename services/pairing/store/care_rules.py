"""The rules of asking for help that communities made their own, in MongoDB."""

from services.pairing.domain.care_rules import CareRules
from shared.mongo import Database, Documents


def care_rules(database: Database) -> Documents[CareRules]:
    """The collection; found by the id that the community gives."""
    return database.documents("care_rules", CareRules, source="/linli/pairing")
