"""What the API's description says: every field, parameter, operation, scope and error in words."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared.auth import ROLE_SCOPES
from shared.testing_web import WebClient
from shared.texts import LANGS, catalogue, has, text
from shared.web import docs
from shared.web import docs_words as words
from tests.contracts.test_routes import SERVICES, cached_app

DESCRIBING = ("field.", "operation.", "scope.")
CHINESE = re.compile("[\u4e00-\u9fff]")


_read: dict[tuple[str, str], Any] = {}


@pytest.fixture
async def documents() -> dict[tuple[str, str], Any]:
    """The description of each service in each language, as it is served."""
    if not _read:
        for service in SERVICES:
            for lang in LANGS:
                client = WebClient(cached_app(service))
                reply = await client.call("GET", f"/openapi.json?lang={lang}")
                _read[service, lang] = reply.json()
    return _read


def codes(document: Any) -> Iterator[tuple[str, str]]:
    """The code of each word that is due, and what stands there."""
    for place, name, shape in [*words.fields(document), *words.parameters(document)]:
        yield words.field_code(place, name), shape.get("description", "")
    for method, path, operation in words.operations(document):
        yield words.operation_code(method, path), operation.get("summary", "")
        if "x-scope" in operation:
            yield words.scope_code(operation["x-scope"]), operation["x-scope-description"]


async def test_every_field_parameter_operation_and_scope_is_told_in_both_languages(
    documents: dict[tuple[str, str], Any],
) -> None:
    untold = {
        f"{service} {lang}: {code}"
        for (service, lang), document in documents.items()
        for code, told in codes(document)
        if not has(code) or told != catalogue()[code][lang]  # type: ignore[index]
    }
    assert sorted(untold) == []


async def test_no_words_are_kept_for_what_is_not_there(
    documents: dict[tuple[str, str], Any],
) -> None:
    used = {code for document in documents.values() for code, _ in codes(document)}
    kept = {code for code in catalogue() if code.startswith(DESCRIBING)}

    assert sorted(kept - used) == []


def docstrings(service: str) -> dict[str, str]:
    """The docstring of each operation and form of a service, by the code of its words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(docs, "tell", lambda document, lang: None)
        document = docs.openapi(cached_app(service), "en")
    found = {
        words.about_code(method, path): operation.get("description")
        for method, path, operation in words.operations(document)
    }
    for form, schema in document["components"]["schemas"].items():
        found[words.form_code(service, form)] = schema.get("description")
    return {code: said for code, said in found.items() if said}


@pytest.mark.parametrize("service", SERVICES)
def test_every_docstring_that_is_served_is_told_in_chinese(service: str) -> None:
    """A docstring that was changed is one whose Chinese has to be looked at again."""
    untold = {
        code: said
        for code, said in docstrings(service).items()
        if not has(code)
        or catalogue()[code]["en"] != said
        or not CHINESE.search(catalogue()[code]["zh"])
    }
    assert untold == {}


def test_no_words_are_kept_for_a_docstring_that_is_not_there() -> None:
    used = {code for service in SERVICES for code in docstrings(service)}
    kept = {code for code in catalogue() if code.startswith(("about.", "form."))}

    assert sorted(kept - used) == []


async def test_the_description_tells_docstrings_in_the_language_asked_for(
    documents: dict[tuple[str, str], Any],
) -> None:
    code = "form.RequestView"
    for lang in LANGS:
        form = documents["requests", lang]["components"]["schemas"]["RequestView"]
        assert form["description"] == catalogue()[code][lang]


async def test_every_answer_is_told_and_every_sentence_about_answers_is_used(
    documents: dict[tuple[str, str], Any],
) -> None:
    told = {
        answer["description"]
        for document in documents.values()
        for _, _, operation in words.operations(document)
        for answer in operation["responses"].values()
    }
    kept = {
        sentences[lang]
        for code, sentences in catalogue().items()
        if code.startswith("answer.")
        for lang in LANGS
    }
    assert told == kept


async def test_an_operation_tells_the_errors_that_its_route_can_give(
    documents: dict[tuple[str, str], Any],
) -> None:
    paths = documents["requests", "en"]["paths"]

    def told(method: str, path: str) -> set[str]:
        return set(paths[path][method]["responses"]) - {"default"}

    base = "/api/requests/v1"
    barred = {"401", "403", "429", "503"}
    body = {"400", "413", "415", "422"}
    assert told("post", f"{base}/requests") == {"201", "409"} | barred | body
    one = f"{base}/requests/{{request_id}}"
    assert told("get", one) == {"200", "404", "422"} | barred
    changing = {"200", "404", "409", "412"} | barred | body
    assert told("post", f"{one}/rejection") == changing
    assert told("post", f"{base}/open/requests") == {"201", "429", "503"} | body
    assert told("post", "/open311/v2/requests.{fmt}") == {"200", "400", "403", "404", "429", "503"}
    headers = {each["name"] for each in paths[f"{one}/rejection"]["post"]["parameters"]}
    assert headers == {"request_id", "Idempotency-Key", "If-Match"}


async def test_the_fields_of_a_form_are_told_as_those_of_a_body(
    documents: dict[tuple[str, str], Any],
) -> None:
    sent = documents["requests", "en"]["paths"]["/open311/v2/requests.{fmt}"]["post"]["requestBody"]

    for content in sent["content"].values():
        lat = content["schema"]["properties"]["lat"]
        assert lat["description"] == text("field.form.lat", "en")
        assert "attribute" in content["schema"]["properties"]


async def test_an_error_is_told_in_the_form_that_its_reader_gets(
    documents: dict[tuple[str, str], Any],
) -> None:
    paths = documents["requests", "en"]["paths"]

    def forms(method: str, path: str) -> set[str]:
        return set(paths[path][method]["responses"]["503"]["content"])

    assert forms("get", "/api/requests/v1/requests") == {"application/problem+json"}
    assert forms("get", "/open311/v2/requests.{fmt}") == {"application/json", "text/xml"}
    assert forms("get", "/api/requests/v1/open/pages/tracking") == {"text/html"}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_description_is_english_unless_chinese_is_asked_for_by_the_address(
    service: str,
) -> None:
    client = WebClient(cached_app(service))
    chinese = {"Accept-Language": "zh"}

    plain = await client.call("GET", "/openapi.json", headers=chinese)
    assert plain.headers["content-language"] == "en"
    assert plain.json()["info"]["description"] == text("page.openapi_lang", "en")
    asked = await client.call("GET", "/openapi.json?lang=zh")
    assert asked.json()["info"]["description"] == text("page.openapi_lang", "zh")
    page = await client.call("GET", "/docs", headers=chinese)
    assert text("field.Problem.code", "zh") in page.body.decode()


async def test_every_scope_of_a_role_has_words() -> None:
    given = set().union(*ROLE_SCOPES.values())
    assert [scope for scope in sorted(given) if not has(words.scope_code(scope))] == []
