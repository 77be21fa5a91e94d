"""How often a caller may ask."""

import pytest

from shared.auth import Caller
from shared.errors import TooMany
from shared.testing_web import web_client
from shared.tests.things import THINGS, WRITER, problem, things
from shared.web import limits
from shared.web.limits import RateLimit, household


class Time:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


async def test_over_the_limit_is_429_with_the_time_to_wait_for_this_caller_only() -> None:
    client = web_client(things(), rate_per_second=0.5, rate_burst=2)

    first = await client.call("GET", THINGS, WRITER)
    assert first.headers["ratelimit-policy"] == '"caller";q=2;w=4'
    assert first.headers["ratelimit"] == '"caller";r=1;t=2'
    assert (await client.call("GET", THINGS, WRITER)).status == 200

    refused = await client.call("GET", THINGS, WRITER)
    problem(refused, 429, "http.rate_limited")
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["ratelimit"] == '"caller";r=0;t=4'

    other = Caller(id="per_other", scopes=WRITER.scopes)
    assert (await client.call("GET", THINGS, other)).status == 200


async def test_no_limit_sends_no_headers() -> None:
    reply = await web_client(things(), rate_per_second=0).call("GET", THINGS, WRITER)

    assert "ratelimit" not in reply.headers


def test_a_bucket_fills_again_with_time_and_never_over_its_burst() -> None:
    time = Time()
    limit = RateLimit(2, 3, time)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooMany) as refused:
        limit.take("a")
    assert refused.value.facts["retry_after_seconds"] == 1

    time.at += 0.5
    limit.take("a")
    with pytest.raises(TooMany):
        limit.take("a")

    time.at += 3600
    for _ in range(3):
        limit.take("a")
    with pytest.raises(TooMany):
        limit.take("a")


def test_the_buckets_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CALLERS_REMEMBERED_MAX", 2)
    limit = RateLimit(1, 1, Time())
    for caller in ("a", "b", "c"):
        limit.take(caller)

    limit.take("a")  # was forgotten, and begins again
    with pytest.raises(TooMany):
        limit.take("c")


def test_what_weighs_more_takes_more_and_what_is_forgiven_comes_back() -> None:
    limit = RateLimit(1, 3, Time())
    limit.take("a", 2)
    with pytest.raises(TooMany):
        limit.take("a", 2)

    limit.forgive("a")
    limit.take("a", 2)

    limit.forgive("b")
    for _ in range(3):
        limit.take("b")
    with pytest.raises(TooMany):
        limit.take("b")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("no:address", "no:address", True),
        (None, None, True),
    ],
)
def test_addresses_of_one_network_are_one_client(
    one: str | None, other: str | None, same: bool
) -> None:
    assert (household(one) == household(other)) is same


def test_headers_of_several_limits_are_one_list() -> None:
    one, other = RateLimit(1, 3, Time()), RateLimit(1, 5, Time(), name="company")
    assert limits.joined([one.take("a"), other.take("b", 2)]) == [
        (b"ratelimit-policy", b'"caller";q=3;w=3, "company";q=5;w=5'),
        (b"ratelimit", b'"caller";r=2;t=1, "company";r=3;t=2'),
    ]


def test_what_weighs_more_than_there_can_be_takes_what_a_call_has_left() -> None:
    limit = RateLimit(1, 3, Time())
    limit.take("a")
    limit.take("a", 100)
    with pytest.raises(TooMany):
        limit.take("a")
