"""The only place that knows the database driver: the write door, outbox, inbox and plain records.

Motor is the driver that was asked for; its makers stop mending it in May 2027 in favour of
PyMongo's own async client, so nothing outside this package imports either.
"""

from shared.mongo.database import Database, Index, Lease
from shared.mongo.documents import Documents
from shared.mongo.erasure import ErasableDocuments
from shared.mongo.fresh import Untold
from shared.mongo.records import Record, Records

__all__ = [
    "Database",
    "Documents",
    "ErasableDocuments",
    "Index",
    "Lease",
    "Record",
    "Records",
    "Untold",
]
