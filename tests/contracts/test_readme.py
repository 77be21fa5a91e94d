"""What the READMEs and the decision records name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ["README.md", "README.zh-CN.md"]
PAGES = [*READMES, *(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("docs/**/*.md")))]
PLACE = re.compile(r"`((?:services|shared|deploy|tests)/[\w/.-]+?\.py)(?:: ([\w.]+))?`")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_place_in_the_code_that_is_named_is_there(name: str) -> None:
    for path, inside in PLACE.findall(text(name)):
        source = (ROOT / path).read_text("utf-8")
        for part in filter(None, inside.split(".")):
            assert re.search(rf"(?:def|class) {part}\b", source), f"{path}: {inside}"


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_repository_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text(name)):
        assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_every_command_that_is_named_exists(name: str) -> None:
    makefile = text("Makefile")
    for target in re.findall(r"\bmake ([a-z-]+)", text(name)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", READMES)
def test_the_walk_has_its_thirteen_steps_and_names_the_same_places_in_both_languages(
    name: str,
) -> None:
    steps = re.findall(r"^(\d+)\. ", text(name), re.MULTILINE)
    assert [int(step) for step in steps] == list(range(1, 14))
    assert PLACE.findall(text(name)) == PLACE.findall(text("README.md"))


@pytest.mark.parametrize("name", READMES)
def test_every_folder_on_the_map_exists(name: str) -> None:
    for folder in re.findall(r"^((?:services|shared|deploy|tests|docs)/\S*)", text(name), re.M):
        assert (ROOT / folder).is_dir(), folder
