"""What a request is asked by: what its community offers, and how soon it promises it."""

from dataclasses import dataclass

from services.requests.service.deadline_rules import DeadlineRulesService
from services.requests.service.service_type import ServiceTypeService


@dataclass(frozen=True, slots=True)
class Offer:
    """Service types and deadlines, each a community's own."""

    types: ServiceTypeService
    rules: DeadlineRulesService
