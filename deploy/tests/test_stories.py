"""The stories fail where what was told is not what must be told, and speak both languages."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy.client import Refused
from deploy.stories.company import STEPS, check_told
from deploy.stories.stage import Stage, StoryFailed, _texts, expect, refused, words


def told() -> list[dict[str, Any]]:
    sequences = {"incident": 0, "work_order": 0}
    got = []
    for step in STEPS:
        noun = step.split(".")[1]
        sequences[noun] += 1
        got.append({"type": step, "subject": noun, "sequence": sequences[noun]})
    return got


def test_every_step_once_and_in_the_order_of_its_subject_passes() -> None:
    check_told(told())
    # Between two subjects no order is asked for.
    check_told(sorted(told(), key=lambda each: each["subject"]))


@pytest.mark.parametrize(
    "wrong",
    [
        told()[:-1],
        told()[1:],
        [*told(), told()[3]],
        [told()[1], told()[0], *told()[2:]],
        [*told()[:6], told()[7], told()[6], *told()[8:]],
    ],
)
def test_a_step_missing_told_twice_or_too_early_fails(wrong: list[dict[str, Any]]) -> None:
    with pytest.raises(StoryFailed):
        check_told(wrong)


def test_every_sentence_has_both_languages_and_the_same_facts_in_them() -> None:
    for code, texts in _texts().items():
        assert set(texts) == {"zh", "en"}, code
        assert len({frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts.values()}) == 1, (
            code
        )


def test_a_sentence_comes_in_the_language_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_LANG", "en")
    assert words("1.title") == "Story 1: from the property company to the committee"
    monkeypatch.delenv("LINLI_LANG")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert words("1.title").startswith("故事一")


async def test_a_stage_sees_only_whole_lines_that_came_after_it_was_set(tmp_path: Path) -> None:
    file = tmp_path / "received.jsonl"
    line = '{"body": {"correlationid": "evt_1", "type": "t%s"}}\n'
    file.write_text(line % 0)
    demo = {"urls": {}, "keys": {}, "receiver": {"file": str(file)}}
    async with aiohttp.ClientSession() as session:
        stage = Stage(session, demo, lambda _: None)
        assert stage.received("evt_1") == []
        with file.open("a") as more:
            more.write(line % 1 + line[:20])
        assert [each["type"] for each in stage.received("evt_1")] == ["t1"]
        with file.open("a") as more:
            more.write((line % 2)[20:])
        assert [each["type"] for each in stage.received("evt_1")] == ["t1", "t2"]
        assert stage.received("evt_2") == []


def test_what_does_not_hold_fails_with_what_was_there() -> None:
    expect(True, "anything", None)
    with pytest.raises(StoryFailed, match="expected: one work order; there was: 2"):
        expect(False, "one work order", 2)


async def test_a_call_that_must_be_refused_fails_the_story_if_it_is_answered() -> None:
    async def answers(refusal: Refused | None = None) -> str:
        if refusal is not None:
            raise refusal
        return "the case"

    await refused(answers(Refused("GET", "/x", 403, {})), 403, "no reading")
    with pytest.raises(StoryFailed, match="expected: no reading; there was: the case"):
        await refused(answers(), 403, "no reading")
    with pytest.raises(StoryFailed, match="404"):
        await refused(answers(Refused("GET", "/x", 404, {})), 403, "no reading")
