"""Lists of codes that people and households are described by: languages and skills.

A language is a tag of RFC 5646, so that dialects have theirs: ``cmn`` (普通话), ``yue`` (粤语),
``wuu`` (吴语), ``zh-sichuan``. A skill is a code of the community's own, such as ``first_aid``.
"""

import re

from shared.errors import Invalid

LANGUAGES_MAX, SKILLS_MAX, CODE_LENGTH_MAX = 10, 30, 40
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
SKILL_PATTERN = r"^[a-z][a-z0-9_.-]*$"


def check_languages(codes: tuple[str, ...], *, field: str = "languages") -> tuple[str, ...]:
    """The codes in the order of the alphabet, each once. ``Invalid`` for what is no language tag,
    or too many."""
    return _checked(codes, field, LANGUAGE_PATTERN, LANGUAGES_MAX)


def check_skills(codes: tuple[str, ...], *, field: str = "skills") -> tuple[str, ...]:
    """The codes in the order of the alphabet, each once. ``Invalid`` for what is no code, or too
    many."""
    return _checked(codes, field, SKILL_PATTERN, SKILLS_MAX)


def _checked(codes: tuple[str, ...], field: str, pattern: str, most: int) -> tuple[str, ...]:
    if len(codes) > most:
        raise Invalid("codes.too_many", pointer=f"/{field}", most=most)
    for number, code in enumerate(codes):
        if len(code) > CODE_LENGTH_MAX or not re.fullmatch(pattern, code):
            raise Invalid("codes.malformed", pointer=f"/{field}/{number}")
    return tuple(sorted(set(codes)))
