"""What the READMEs and the decision records name is there."""

import re
from pathlib import Path

import pytest

from tests.contracts.test_routes import cached_app

ROOT = Path(__file__).resolve().parents[2]
READMES = ["README.md", "README.zh-CN.md"]
PAGES = [*READMES, *(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("docs/**/*.md")))]
PLACE = re.compile(r"`((?:services|shared|deploy|tests)/[\w/.-]+?\.py)(?:: ([\w.]+))?`")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def shell(name: str) -> list[str]:
    """The commands that a page gives, block by block."""
    return re.findall(r"^```sh\n(.*?)^```", text(name), re.M | re.S)


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
def test_every_path_that_is_named_is_a_route_of_the_service_whose_paths_are_told(
    name: str,
) -> None:
    _, *told = re.split(r"`/api/(\w+)/v1`", text(name))
    sections = dict(zip(told[::2], told[1::2], strict=True))
    assert sections.keys() == {"requests", "pairing", "property"}
    for service, section in sections.items():
        named = set(re.findall(r"`(/[\w{}./-]+)`", section))
        assert len(named) > 10
        _are_routes(service, named)


def _are_routes(service: str, named: set[str]) -> None:
    places = [str(getattr(route, "path", "")) for route in cached_app(service).routes]
    for path in named:
        whole = path if path.startswith(("/open311/", "/docs")) else f"/api/{service}/v1{path}"
        wanted = re.sub(r"\{\w+\}", "{}", whole)
        there = [re.sub(r"\{\w+\}", "{}", place) for place in places]
        # a path that ends in a slash stands for all that is below it
        assert wanted in there or any(
            wanted.endswith("/") and each.startswith(wanted) for each in there
        ), path


def test_both_readmes_give_the_same_commands_and_name_the_same_paths() -> None:
    said = [
        (
            [block for block in shell(name) if "#" not in block],
            set(re.findall(r"`(/[\w{}./-]+)`", text(name))),
        )
        for name in READMES
    ]
    assert said[0] == said[1]


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
