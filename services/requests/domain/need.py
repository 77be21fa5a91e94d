"""What a survey found to be needed (需求清单), as far as a proposal comes from it."""

from dataclasses import dataclass

from services.requests.domain.proposal import Origin, OriginKind
from services.requests.domain.survey import Finding, Project, Survey
from shared.errors import Invalid


@dataclass(frozen=True, slots=True)
class Need:
    """One finding of one survey, by their ids."""

    survey_id: str
    finding_id: str


@dataclass(frozen=True, slots=True)
class NeedFound:
    """A need in the survey's words, and the projects that are to meet it (项目清单)."""

    survey_id: str
    title: str
    finding: Finding
    projects: tuple[Project, ...]


def origin_in(survey: Survey | None, need: Need) -> Origin:
    """Where a proposal that is to meet the need comes from.

    ``Invalid`` if the survey has not found it: it is unknown, or not analysed yet.
    """
    if survey is None or found_in(survey, need.finding_id) is None:
        raise Invalid("proposal.no_such_finding", pointer="/finding")
    return Origin(OriginKind.SURVEY, need.survey_id, need.finding_id)


def found_in(survey: Survey, finding_id: str | None) -> NeedFound | None:
    """The need as the survey tells of it; None if it tells of none, or of it no more."""
    analysis = survey.analysis
    if analysis is None:
        return None
    for finding in analysis.findings:
        if finding.id == finding_id:
            projects = tuple(p for p in analysis.projects if finding.id in p.finding_ids)
            return NeedFound(survey.id, survey.plan.title, finding, projects)
    return None
