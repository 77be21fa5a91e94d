"""Where a request goes of itself (分流): by its category, and by what the place has."""

from datetime import date

from services.requests.domain.assignment import Referral, Unit
from services.requests.domain.estate import Estate
from services.requests.domain.service_type import HandlerRule, ServiceType
from shared.work_scope import scope_of_service

_UNITS = {
    HandlerRule.CARE: Unit.CARE,
    HandlerRule.MEDIATION: Unit.MEDIATION,
    HandlerRule.COUNCIL: Unit.COUNCIL,
}


def route(kind: ServiceType, estate: Estate, *, on: date) -> Unit | Referral | None:
    """The unit that handles it, or who has it outside; None: a dispatcher decides.

    What is the property company's goes to the estate's volunteer team where there is no company, or
    none whose contract has that sort of work in it on that day (物业管理条例: an estate may manage
    itself; domain.md, section 3).
    """
    if kind.handler is HandlerRule.DISPATCHER:
        return None
    if kind.handler is HandlerRule.REFER:
        return Referral(kind.refer_number or kind.code)
    if kind.handler is HandlerRule.PROPERTY:
        company = estate.has_company_for(scope_of_service(kind.code), on)
        return Unit.PROPERTY if company else Unit.TEAM
    return _UNITS[kind.handler]
