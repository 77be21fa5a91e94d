"""The five branches and the five posts (五岗定责) of the demo.

The article says only that there are five posts with fixed duties (``mission.md``, A2): their names
and duties are ours, such as other communities have them, and each community's own to change.
"""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from deploy.demo.people import BRANCHES, branch_id, person_id

DIGITS = "一二三四五"
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth")


@dataclass(frozen=True, slots=True)
class DemoBranch:
    """A branch, 0 to 4."""

    number: int

    @property
    def id(self) -> str:
        """As the tokens of its members name it."""
        return branch_id(self.number)

    def body(self) -> dict[str, Any]:
        """As pairing takes it; the secretary of the demo answers for the first."""
        return {
            "id": self.id,
            "name_zh": f"示例第{DIGITS[self.number]}党支部",
            "name_en": f"{ORDINALS[self.number]} example branch",
            "secretary_person_ids": [person_id("secretary")] if self.number == 0 else [],
        }


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post, which so many members hold; ``place`` is its own among the posts."""

    code: str
    names: tuple[str, str]
    duties: tuple[str, str]
    categories: tuple[str, ...]
    held_by: int
    place: int

    def body(self) -> dict[str, Any]:
        """As pairing takes it."""
        return {
            "code": self.code,
            "name_zh": self.names[0],
            "name_en": self.names[1],
            "duties_zh": self.duties[0],
            "duties_en": self.duties[1],
            "request_categories": list(self.categories),
        }

    def holders(self, members: int) -> list[int]:
        """Their numbers among so many members: from all over the branches, none with two posts."""
        return [members * turn // self.held_by + self.place for turn in range(self.held_by)]


def branches() -> list[DemoBranch]:
    """All of them."""
    return [DemoBranch(number) for number in range(BRANCHES)]


def _read() -> tuple[DemoPost, ...]:
    told = json.loads(resources.files(__package__).joinpath("posts.json").read_text("utf-8"))
    return tuple(
        DemoPost(
            code=post["code"],
            names=(post["name"]["zh"], post["name"]["en"]),
            duties=(post["duties"]["zh"], post["duties"]["en"]),
            categories=tuple(post["request_categories"]),
            held_by=post["held_by"],
            place=place,
        )
        for place, post in enumerate(told)
    )


POSTS = _read()
"""All of them: data beside this file."""
