"""What a survey found, in counts; never so small that a neighbour could be known by them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.requests.domain.attribute import LISTS, Datatype
from services.requests.domain.survey import Question, Survey

CELL_MIN = 5
"""Fewer answers are not shown to the public by themselves: a choice, after the habit of statistical
offices to suppress small cells, and others with them by which these could be reckoned."""


@dataclass(frozen=True, slots=True)
class Total:
    """So many answers from a building (None: not told) by a channel."""

    building_id: str | None
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """So many answers from a building chose this option of this question."""

    code: str
    key: str
    building_id: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """What the numbers answered to a question are like."""

    code: str
    count: int
    least: float
    most: float
    mean: float


@dataclass(frozen=True, slots=True)
class Row:
    """How one building answered: by option, of so many answers; ``building_id`` None: not told."""

    building_id: str | None
    answers: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question: how often each option was chosen, in all and by building.

    ``counts`` and every row's are in the order of the options. ``spread`` for numbers.
    """

    question: Question
    counts: tuple[int, ...]
    rows: tuple[Row, ...]
    spread: Spread | None


@dataclass(frozen=True, slots=True)
class Results:
    """All that was counted. ``withheld``: answers of buildings too small to be shown."""

    answers: int
    by_channel: tuple[tuple[str, int], ...]
    questions: tuple[QuestionResult, ...]
    withheld: int = 0


def results(
    survey: Survey,
    *,
    totals: Sequence[Total],
    choices: Iterable[Choice],
    spreads: Iterable[Spread],
    whole: bool,
) -> Results:
    """The results; not ``whole``: nothing is left in by which fewer than five answers are known.

    That is rows, spreads and, if there are no more in all, every question.
    """
    sizes: Counter[str | None] = Counter()
    channels: Counter[str] = Counter()
    for total in totals:
        sizes[total.building_id] += total.count
        channels[total.channel] += total.count
    shown = dict(sizes) if whole else _large(sizes)
    chosen = {(each.code, each.key, each.building_id): each.count for each in choices}
    spread = {each.code: each for each in spreads if whole or each.count >= CELL_MIN}
    return Results(
        answers=sizes.total(),
        by_channel=tuple(sorted(channels.items())),
        questions=tuple(
            _result(question, sizes, shown, chosen, spread.get(question.code))
            for question in survey.plan.questions
            if (question.datatype in LISTS or question.datatype is Datatype.NUMBER)
            and (whole or sizes.total() >= CELL_MIN)
        ),
        withheld=sizes.total() - sum(shown.values()),
    )


def _large(sizes: Mapping[str | None, int]) -> dict[str | None, int]:
    """The rows to be shown: what is left out is none, or five answers and more together.

    Less than that could be told by taking the rows that are shown from the whole.
    """
    shown, withheld = dict(sizes), 0
    for building in sorted(sizes, key=lambda each: (sizes[each], each or "")):
        if sizes[building] >= CELL_MIN and (not withheld or withheld >= CELL_MIN):
            break
        withheld += shown.pop(building)
    return shown


def _result(
    question: Question,
    sizes: Counter[str | None],
    shown: dict[str | None, int],
    chosen: dict[tuple[str, str, str | None], int],
    spread: Spread | None,
) -> QuestionResult:
    def counts(building_id: str | None) -> tuple[int, ...]:
        return tuple(
            chosen.get((question.code, option.key, building_id), 0) for option in question.options
        )

    by_building = [counts(building_id) for building_id in sizes]
    in_all = tuple(sum(column) for column in zip(*by_building, strict=True))
    rows = tuple(
        Row(building_id, shown[building_id], counts(building_id))
        for building_id in sorted(shown, key=lambda each: (each is None, each or ""))
    )
    return QuestionResult(
        question,
        in_all or (0,) * len(question.options),
        rows if question.options else (),
        spread,
    )
