"""What the property service tells of estates as they change, and of who looks after them.

Why something was corrected, what a company is called and whom one calls there stay in the service.
"""

from datetime import date
from typing import ClassVar

from shared.events.base import Event
from shared.events.property import EstateFacts


class EstateCorrected(EstateFacts):
    """An estate is different from what was told of it before; this is all of it as it is now.

    An id never changes its meaning: what was built is new under a new id, what is gone is closed.
    """

    type: ClassVar[str] = "property.estate.corrected.v1"


class ContractorFacts(Event):
    """A property company (物业服务企业) in a community, and the terms of its contract.

    ``contractor_id`` is the company's id, as estates, keys and work orders bear it. Both days are
    days of the contract; without ``contract_to`` it has no end yet.
    """

    contractor_id: str
    scopes: tuple[str, ...]
    contract_from: date
    contract_to: date | None


class ContractorRegistered(ContractorFacts):
    """A company has a contract."""

    type: ClassVar[str] = "property.contractor.registered.v1"


class ContractorChanged(ContractorFacts):
    """Something on record about the company is different: the terms, or only whom one calls."""

    type: ClassVar[str] = "property.contractor.changed.v1"


class ContractorEnded(ContractorFacts):
    """The contract is over: its last day has passed, or it was ended before."""

    type: ClassVar[str] = "property.contractor.ended.v1"


class ContractorRenewed(ContractorFacts):
    """A company whose contract was over has one again."""

    type: ClassVar[str] = "property.contractor.renewed.v1"


class CommitteeFacts(Event):
    """The management committee (物业管理委员会) of an estate, and the teams that work for it."""

    committee_id: str
    estate_id: str
    team_ids: tuple[str, ...]


class CommitteeFormed(CommitteeFacts):
    """An estate has a committee."""

    type: ClassVar[str] = "property.committee.formed.v1"


class CommitteeChanged(CommitteeFacts):
    """Its seats or its teams are different."""

    type: ClassVar[str] = "property.committee.changed.v1"


class CommitteeDissolved(CommitteeFacts):
    """There is no such committee any more; another may be formed."""

    type: ClassVar[str] = "property.committee.dissolved.v1"
