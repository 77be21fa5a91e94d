"""Routes, plans of patrols and their rounds in the store."""

from services.property.domain.patrol import Patrol
from services.property.domain.patrol_plan import PatrolPlan
from services.property.domain.route import Route
from services.property.store.scorecard_tally import PATROL_FIGURES
from shared.alarms import LONG_AGO
from shared.mongo import Database, Documents, Index

SOURCE = "/linli/property"
_LATEST = (("opens_at", -1), ("_id", -1))


def routes(database: Database) -> Documents[Route]:
    """The collection."""
    return database.documents("routes", Route, source=SOURCE)


def patrol_plans(database: Database) -> Documents[PatrolPlan]:
    """The collection; found by route, and by when they are to be extended."""
    return database.documents(
        "patrol_plans",
        PatrolPlan,
        source=SOURCE,
        indexes=[
            Index((("route_id", 1), ("state", 1), ("_id", 1)), name="route"),
            Index(
                (("extend_at", 1), ("_id", 1)),
                partial={"extend_at": {"$gt": LONG_AGO}},
                name="extend",
            ),
        ],
    )


def patrols(database: Database) -> Documents[Patrol]:
    """The collection; found by plan, by when their window closes, and in lists by when it opens."""
    return database.documents(
        "patrols",
        Patrol,
        source=SOURCE,
        indexes=[
            Index(
                (("alarm_at", 1), ("_id", 1)), partial={"alarm_at": {"$gt": LONG_AGO}}, name="alarm"
            ),
            Index((("plan_id", 1), *_LATEST), name="plan"),
            Index((("community", 1), *_LATEST), name="time"),
            Index((("community", 1), ("state", 1), *_LATEST), name="state"),
            Index((("contractor_id", 1), *_LATEST), name="contractor"),
            Index((("team_id", 1), *_LATEST), partial={"team_id": {"$gt": ""}}, name="team"),
            PATROL_FIGURES,
        ],
    )
