"""All that the registry keeps, opened once."""

from collections.abc import Mapping

from services.property.service.registry import RegistryStores
from services.property.store.committee import committees
from services.property.store.contractor import contractors
from services.property.store.estate import estates
from shared.mongo import Database
from shared.sealing import Sealer
from shared.web.once import Lookup


class RegistryRecords:
    """The stores, and by the name of each what finds the answers that it keeps."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        places, companies = estates(database), contractors(database, sealer)
        sitting = committees(database)
        self.stores = RegistryStores(places, companies, sitting)
        self.answered: Mapping[str, Lookup] = {
            "estates": places.answered,
            "contractors": companies.answered,
            "committees": sitting.answered,
        }
