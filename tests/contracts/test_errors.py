"""Every error that a service can tell is in its API's description, in words."""

import ast

import pytest

from shared.testing_texts import ROOT, called, nodes, raised
from shared.texts import LANGS, catalogue
from shared.texts import errors as told

SERVICES = ("requests", "pairing", "property", "notifications")


def codes_in(folder: str) -> set[str]:
    """The codes of every error of ours in a folder, and of every ``step``."""
    among = nodes(ROOT / folder)
    refused = {
        f"{ast.literal_eval(keyword.value)}.wrong_state"
        for node in among
        if isinstance(node, ast.Call) and called(node) == "step"
        for keyword in node.keywords
        if keyword.arg == "noun"
    }
    return refused | {code for code, _ in raised(among)}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("lang", LANGS)
def test_every_error_that_a_service_raises_is_described(service: str, lang: str) -> None:
    codes = codes_in(f"services/{service}")
    assert len(codes) > 3
    assert codes - told(service, lang).keys() == set()  # type: ignore[arg-type]


def test_every_error_that_all_services_raise_is_described_for_each() -> None:
    web = codes_in("shared/web") | codes_in("shared/auth")
    assert len(web) > 10
    for service in SERVICES:
        assert web - told(service, "en").keys() == set()


def test_an_error_of_another_service_is_not_described() -> None:
    assert "mediation.wrong_state" in told("requests", "en")
    assert "mediation.wrong_state" not in told("pairing", "en")


def test_labels_and_sentences_of_pages_are_no_errors() -> None:
    assert not {"label.care", "page.report"} & told("requests", "en").keys()
    assert {"page.report"} <= catalogue().keys()
