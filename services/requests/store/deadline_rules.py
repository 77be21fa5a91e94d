"""The deadline rules that communities made their own, in MongoDB."""

from services.requests.domain.deadline_rules import DeadlineRules
from shared.mongo import Database, Documents

SOURCE = "/linli/requests"
COLLECTION = "deadline_rules"


def deadline_rules(database: Database) -> Documents[DeadlineRules]:
    """The collection; found by the id that the community gives."""
    return database.documents(COLLECTION, DeadlineRules, source=SOURCE)
