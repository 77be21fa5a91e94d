"""Service types in MongoDB: those that communities made their own, and their earlier versions."""

from pydantic import TypeAdapter

from services.requests.domain.service_type import ServiceType
from shared.clock import derived_id
from shared.mongo import Database, Documents, Index, Records

SOURCE = "/linli/requests"
COLLECTION = "service_types"
VERSIONS = "service_type_versions"
_CODEC: TypeAdapter[ServiceType] = TypeAdapter(ServiceType)


class VersionRecords:
    """Keeps what ``Versions`` promises."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def keep(self, kind: ServiceType) -> None:
        """Keep this version for good; one of the seed is known to everybody, and not kept."""
        if kind.community:
            id_ = _id(kind.community, kind.code, kind.version)
            await self._records.insert({"_id": id_, **_CODEC.dump_python(kind)})

    async def get(self, community: str, code: str, version: int) -> ServiceType | None:
        """The version kept, or None."""
        found = await self._records.get(_id(community, code, version))
        return None if found is None else _CODEC.validate_python(found)


def _id(community: str, code: str, version: int) -> str:
    return derived_id("stv", community, code, str(version))


def service_types(database: Database) -> Documents[ServiceType]:
    """The collection of the communities' own types; few, and read whole by community."""
    code = Index((("community", 1), ("code", 1)), unique=True, name="code")
    return database.documents(COLLECTION, ServiceType, source=SOURCE, indexes=[code])


def versions(database: Database) -> VersionRecords:
    """The collection of earlier versions."""
    return VersionRecords(database.records(VERSIONS))
