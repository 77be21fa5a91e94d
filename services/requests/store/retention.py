"""The retention rules that communities made their own, in MongoDB."""

from services.requests.domain.retention import RetentionRules
from services.requests.store.request import SOURCE
from shared.mongo import Database, Documents

COLLECTION = "retention_rules"


def retention_rules(database: Database) -> Documents[RetentionRules]:
    """The collection; found by the id that the community gives."""
    return database.documents(COLLECTION, RetentionRules, source=SOURCE)
