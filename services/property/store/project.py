"""Improvement projects in the store."""

from services.property.domain.project import Project
from shared.mongo import Database, Documents, Index


def projects(database: Database) -> Documents[Project]:
    """The collection; found by estate."""
    index = Index((("estate_id", 1), ("_id", -1)), name="estate")
    return database.documents("projects", Project, source="/linli/property", indexes=[index])
