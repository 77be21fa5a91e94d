"""What is set from outside, and how a mistake in it is told."""

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from shared.settings import BadSettings, CommonSettings, setting, settings_for, variables

SECRET = "hunter2-very-secret"


class Settings(CommonSettings):
    model_config = settings_for("requests")

    colours: list[str] = Field(default=["red"])


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine's, but what a service cannot be without."""
    for name in os.environ:
        if name.startswith(("LINLI_", "REQUESTS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LINLI_MONGO_URL", "mongodb://common")
    monkeypatch.setenv("LINLI_AMQP_URL", "amqp://common")


def faults(**values: Any) -> dict[str, str]:
    with pytest.raises(BadSettings) as refused:
        Settings(**values)
    assert SECRET not in str(refused.value)
    return {fault.variable: fault.kind for fault in refused.value.faults}


def test_the_services_own_variable_comes_before_the_common_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings().mongo_url == "mongodb://common"
    monkeypatch.setenv("REQUESTS_MONGO_URL", "mongodb://own")

    assert Settings().mongo_url == "mongodb://own"
    assert Settings().amqp_url == "amqp://common"
    assert Settings(mongo_url="mongodb://told").mongo_url == "mongodb://told"


def test_each_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"  mongodb://{SECRET}\n")
    monkeypatch.delenv("LINLI_MONGO_URL")
    monkeypatch.setenv("LINLI_MONGO_URL_FILE", str(file))

    settings = Settings()
    assert settings.mongo_url == f"mongodb://{SECRET}"
    assert SECRET not in repr(settings)
    assert setting("mongo_url") == f"mongodb://{SECRET}"


def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_MONGO_URL_FILE", str(tmp_path / "none"))
    with pytest.raises(BadSettings, match=r"REQUESTS_MONGO_URL_FILE.*No such file"):
        Settings()

    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("REQUESTS_MONGO_URL_FILE", str(binary))
    with pytest.raises(BadSettings, match="UTF-8"):
        Settings()

    monkeypatch.setenv("LINLI_ISSUER_FILE", str(tmp_path / "none"))
    with pytest.raises(BadSettings, match="LINLI_ISSUER"):
        setting("issuer")


def test_a_value_and_a_file_for_one_setting_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "url"
    file.write_text(SECRET)
    monkeypatch.setenv("LINLI_AMQP_URL_FILE", str(file))

    assert faults() == {"REQUESTS_AMQP_URL / LINLI_AMQP_URL": "setting_unreadable"}


def test_all_faults_are_told_at_once_and_no_value_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_MONGO_URL")
    monkeypatch.setenv("LINLI_PREFETCH", SECRET)
    monkeypatch.setenv("REQUESTS_LOG_LEVEL", SECRET)
    monkeypatch.setenv("REQUESTS_COLOURS", SECRET)

    assert faults() == {
        "REQUESTS_MONGO_URL / LINLI_MONGO_URL": "setting_missing",
        "REQUESTS_PREFETCH / LINLI_PREFETCH": "int_parsing",
        "REQUESTS_LOG_LEVEL / LINLI_LOG_LEVEL": "literal_error",
        "REQUESTS_COLOURS / LINLI_COLOURS": "setting_unreadable",
    }


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_AMQP_URL", "")
    monkeypatch.setenv("LINLI_OTLP_ENDPOINT", "")

    assert Settings().amqp_url == "amqp://common"
    assert Settings().otlp_endpoint is None


def test_a_list_is_read_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_COLOURS", '["green", "blue"]')

    assert Settings().colours == ["green", "blue"]


def test_the_database_is_named_after_the_service() -> None:
    assert Settings().database == "requests"
    assert Settings(database="other").database == "other"


def test_an_unknown_argument_is_a_fault() -> None:
    assert faults(mongo="x") == {"REQUESTS_MONGO / LINLI_MONGO": "extra_forbidden"}


def test_the_names_of_a_settings_variables() -> None:
    assert variables(Settings, "mongo_url") == ("REQUESTS_MONGO_URL", "LINLI_MONGO_URL")
    assert variables(CommonSettings, "mongo_url") == ("LINLI_MONGO_URL",)


@pytest.mark.parametrize(
    "url",
    [
        f"amqp://linli:{SECRET}@broker:port/",
        f"amqp://linli:{SECRET}/with-a-slash@broker/",
        f"http://linli:{SECRET}@broker/",
        f"amqp://linli:{SECRET}@[broker/",
        SECRET,
    ],
)
def test_what_is_no_address_of_a_broker_is_refused_and_not_shown(url: str) -> None:
    assert faults(amqp_url=url) == {"REQUESTS_AMQP_URL / LINLI_AMQP_URL": "setting_broker_url"}


@pytest.mark.parametrize("told", ["*", "10.0.0.0/33", "10.0.0.1/8", "proxy"])
def test_a_proxy_is_trusted_by_its_address_alone(told: str) -> None:
    variable = "REQUESTS_TRUSTED_PROXIES / LINLI_TRUSTED_PROXIES"
    assert faults(trusted_proxies=told) == {variable: "setting_networks"}

    assert Settings().trusted_proxies == ""
    assert Settings(trusted_proxies="127.0.0.1, 172.16.0.0/12").trusted_proxies
