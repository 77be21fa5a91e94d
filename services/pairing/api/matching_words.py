"""Why somebody is proposed for a household, and why nobody is, in the reader's words."""

from collections.abc import Iterable

from services.pairing.domain.matching_cost import Reason
from services.pairing.domain.matching_plan import UnmatchedReason
from shared.texts import Lang, text


def in_words(reasons: Iterable[Reason], metres: int | None, lang: Lang) -> list[str]:
    """A short sentence for each reason."""
    return [text(f"matching.reason.{reason.value}", lang, metres=metres) for reason in reasons]


def why_nobody(reason: UnmatchedReason, lang: Lang) -> str:
    """Why a household has nobody, or fewer than it should."""
    return text(f"matching.unmatched.{reason.value}", lang)
