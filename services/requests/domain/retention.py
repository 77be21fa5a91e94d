"""How long what says who somebody was is kept after its end (保存期限): data over a default."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.errors import Invalid
from shared.events import Event
from shared.events.requests_privacy import RetentionRulesAdopted, RetentionRulesChanged

DAYS_MIN = 30
"""Time enough to complain of how it ended, and to be heard."""
DAYS_MAX = 3_660
"""Ten years: what law wants kept longer is an archive's business, not this service's."""

THREE_YEARS = 3 * 365 + 1
ONE_YEAR = 366


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """Days after the end of a request, of a survey, and of a vote or a decision's tasks, until
    nobody can be told from it.

    Without ``id`` and ``community`` they are the default (version 1), which every community has
    until it changes it. A later version applies to all that is kept at that time.
    """

    request_days: int
    survey_days: int
    council_days: int = ONE_YEAR
    id: str = ""
    community: str = ""
    version: int = 1


Decided = tuple[RetentionRules, list[Event]]

DEFAULT_RULES = RetentionRules(
    # PIPL art. 19: no longer than the purpose needs. No figure is prescribed for requests. Ours:
    # the limitation of actions (Civil Code art. 188), until which somebody may have to show what
    # was asked for and done; an answer to a survey serves its analysis only; a decision of owners
    # may be contested in court (Civil Code art. 280), for a year at most (arts 152, 199).
    request_days=THREE_YEARS,
    survey_days=ONE_YEAR,
    council_days=ONE_YEAR,
)


def change(known: RetentionRules, wanted: RetentionRules) -> Decided | None:
    """The next version; None if nothing is different; ``Invalid`` outside 30 to 3,660 days.

    The default becomes the community's own by its first change: two events, so that the changed
    one is version 2 and the default stays version 1.
    """
    for field, days in (
        ("request_days", wanted.request_days),
        ("survey_days", wanted.survey_days),
        ("council_days", wanted.council_days),
    ):
        if not DAYS_MIN <= days <= DAYS_MAX:
            limits = {"least": DAYS_MIN, "most": DAYS_MAX}
            raise Invalid("retention_rules.days", pointer=f"/{field}", **limits)
    wanted = replace(wanted, version=known.version)
    if replace(known, id=wanted.id, community=wanted.community) == wanted:
        return None
    changed = RetentionRulesChanged(retention_rules_id=wanted.id, **_days(wanted))
    if known.community:
        return wanted, [changed]
    adopted = RetentionRulesAdopted(retention_rules_id=wanted.id, **_days(known))
    return replace(wanted, version=0), [adopted, changed]


def ended_before(days: int, *, at: datetime) -> datetime:
    """What ended by then has been kept for so many days."""
    return at - timedelta(days=days)


def _days(rules: RetentionRules) -> dict[str, int]:
    return {
        "request_days": rules.request_days,
        "survey_days": rules.survey_days,
        "council_days": rules.council_days,
    }
