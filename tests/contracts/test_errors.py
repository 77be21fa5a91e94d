"""Every error that a service can tell is in its API's description, in words."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from deploy.local.fetch import ROOT
from shared import errors
from shared.texts import LANGS, catalogue
from shared.texts import errors as told

SERVICES = ("requests", "pairing", "property", "notifications")
KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.LinliError)
}


def raised(folder: Path) -> Iterator[str]:
    """The codes in the code: the first argument of every error of ours, and of ``step``."""
    for file in folder.rglob("*.py"):
        if "tests" in file.parts or file.name.startswith("testing"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            for keyword in node.keywords:
                if node.func.id == "step" and keyword.arg == "noun":
                    yield f"{ast.literal_eval(keyword.value)}.wrong_state"
            if node.func.id in KINDS and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("lang", LANGS)
def test_every_error_that_a_service_raises_is_described(service: str, lang: str) -> None:
    package = import_module(f"services.{service}")
    folder = Path(str(package.__file__)).parent
    codes = set(raised(folder))
    assert len(codes) > 3
    assert codes - told(service, lang).keys() == set()  # type: ignore[arg-type]


def test_every_error_that_all_services_raise_is_described_for_each() -> None:
    web = set(raised(ROOT / "shared" / "web")) | set(raised(ROOT / "shared" / "auth"))
    assert len(web) > 10
    for service in SERVICES:
        assert web - told(service, "en").keys() == set()


def test_an_error_of_another_service_is_not_described() -> None:
    assert "mediation.wrong_state" in told("requests", "en")
    assert "mediation.wrong_state" not in told("pairing", "en")


def test_labels_and_sentences_of_pages_are_no_errors() -> None:
    assert not {"label.care", "page.report"} & told("requests", "en").keys()
    assert {"page.report"} <= catalogue().keys()
