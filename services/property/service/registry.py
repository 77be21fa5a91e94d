"""The registry: estates as they are and were, the companies and the committees that look after
them; what is behind its use cases, put together once."""

from typing import NamedTuple

from services.property.domain.committee import Committee
from services.property.domain.contractor import Contractor, tick
from services.property.domain.estate import Estate
from services.property.service.committee import CommitteeService
from services.property.service.contractor import ContractorService
from services.property.service.estate import EstateService
from services.property.service.estate_correction import EstateCorrectionService
from services.property.service.estate_table import EstateTableService
from shared.alarms import Alarms
from shared.clock import Clock
from shared.readings import ReadingLog
from shared.store import Store


class RegistryStores(NamedTuple):
    """Where the registry is kept."""

    estates: Store[Estate]
    contractors: Store[Contractor]
    committees: Store[Committee]


class Registry:
    """The use cases by noun; ``sweeps``: what time alone brings, by the names of its counts."""

    def __init__(self, stores: RegistryStores, readings: ReadingLog, clock: Clock) -> None:
        self.estates = EstateService(stores.estates)
        self.corrections = EstateCorrectionService(
            self.estates, stores.estates, stores.contractors, clock
        )
        self.tables = EstateTableService(self.estates, stores.estates, clock)
        self.contractors = ContractorService(stores.contractors, readings, clock)
        self.committees = CommitteeService(stores.committees, self.estates)
        ends = Alarms(stores.contractors, clock, field="alarm_at", tick=tick)
        self.sweeps = {"contractors": ends.ring}
