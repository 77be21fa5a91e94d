"""The points rules that communities made their own, in MongoDB."""

from services.pairing.domain.points_rules import PointsRules
from shared.mongo import Database, Documents


def points_rules(database: Database) -> Documents[PointsRules]:
    """The collection; found by the id that the community gives."""
    return database.documents("points_rules", PointsRules, source="/linli/pairing")
