"""API keys of machines: shape, checksum, digest, and what ends one."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.auth import (
    ApiKey,
    Authenticator,
    Caller,
    Credentials,
    TokenReader,
    digest_secret,
    mint_key,
    parse_key,
)
from shared.errors import NotAuthenticated, Unavailable
from shared.testing import FakeClock
from shared.testing_web import PEPPER, web_client
from shared.tests.things import THINGS, problem, things

MINTED = mint_key("dev")
KEPT = ApiKey(
    id="key_1",
    public_id=MINTED.public_id,
    secret_digest=digest_secret(MINTED.secret, PEPPER),
    company="con_1",
    scopes=("t:thing:write",),
    communities=("here",),
    estates=("est_1",),
)


@dataclass
class Ring:
    """Keeps one key; counts what it is asked and told."""

    key: ApiKey = KEPT
    asked: int = 0
    used_at: list[datetime] = field(default_factory=list)
    away: bool = False

    async def find(self, public_id: str) -> ApiKey | None:
        self.asked += 1
        return self.key if public_id == self.key.public_id else None

    async def used(self, public_id: str, at: datetime) -> None:
        if self.away:
            raise Unavailable("store.unavailable")
        self.used_at.append(at)


def authenticator(ring: Ring | None, clock: FakeClock | None = None) -> Authenticator:
    tokens = TokenReader(None, issuer="linli", audience="linli")
    return Authenticator(tokens, clock or FakeClock(), ring=ring, pepper=PEPPER)


async def caller(ring: Ring | None, text: str = MINTED.text, address: str = "10.0.0.1") -> Caller:
    return await authenticator(ring).caller(Credentials(None, text, address))


async def refusal(ring: Ring | None, text: str = MINTED.text, address: str = "10.0.0.1") -> str:
    with pytest.raises(NotAuthenticated) as refused:
        await caller(ring, text, address)
    return refused.value.code


@given(environment=st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True))
def test_a_minted_key_is_read_back_and_shows_what_it_is(environment: str) -> None:
    key = mint_key(environment)
    start, env, public, rest = key.text.split("_")

    assert (start, env, len(public), len(rest)) == ("linli", environment, 12, 49)
    read = parse_key(key.text)
    assert (read.public_id, read.secret) == (key.public_id, key.secret)
    assert key.secret not in repr(key)


@given(at=st.integers(0, len(MINTED.text) - 1), char=st.characters(codec="utf-8"))
async def test_one_wrong_character_is_refused_without_a_look_up(at: int, char: str) -> None:
    spoiled = MINTED.text[:at] + char + MINTED.text[at + 1 :]
    if spoiled == MINTED.text:
        return
    ring = Ring()
    assert await refusal(ring, spoiled) == "auth.key_malformed"
    assert ring.asked == 0


async def test_a_key_speaks_for_its_machine() -> None:
    assert await caller(Ring()) == Caller(
        id="key_1",
        kind="machine",
        roles=("contractor",),
        communities=("here",),
        company="con_1",
        scopes=frozenset({"t:thing:write"}),
        estates=("est_1",),
    )


async def test_a_key_ends_by_time_by_hand_and_by_being_another() -> None:
    now = FakeClock().now()
    moment = timedelta(seconds=1)
    assert await refusal(Ring(replace(KEPT, expires_at=now))) == "auth.key_expired"
    assert await caller(Ring(replace(KEPT, expires_at=now + moment)))
    assert await refusal(Ring(replace(KEPT, revoked_at=now))) == "auth.key_revoked"
    assert await caller(Ring(replace(KEPT, revoked_at=now + moment)))
    assert await refusal(Ring(replace(KEPT, secret_digest="x"))) == "auth.key_unknown"
    assert await refusal(Ring(), mint_key("dev").text) == "auth.key_unknown"


async def test_a_key_of_another_environment_is_refused_without_a_look_up() -> None:
    ring = Ring()
    assert await refusal(ring, mint_key("prod").text) == "auth.key_unknown"
    assert ring.asked == 0


async def test_where_no_keys_are_kept_none_holds() -> None:
    assert await refusal(None) == "auth.key_unknown"


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.0.0.1", False),
        ("fd00::5", True),
        ("", False),
        ("nonsense", False),
    ],
)
async def test_a_key_bound_to_networks_works_from_there_only(address: str, inside: bool) -> None:
    ring = Ring(replace(KEPT, cidrs=("10.0.0.0/8", "fd00::/16")))
    if inside:
        assert (await caller(ring, address=address)).id == "key_1"
    else:
        assert await refusal(ring, address=address) == "auth.key_elsewhere"


async def test_use_is_noted_once_a_minute_and_failing_that_is_no_refusal() -> None:
    ring, clock = Ring(), FakeClock()
    door = authenticator(ring, clock)
    sent = Credentials(None, MINTED.text, None)
    for _ in range(3):
        await door.caller(sent)
    assert len(ring.used_at) == 1

    clock.move(timedelta(seconds=60))
    ring.away = True
    assert (await door.caller(sent)).id == "key_1"
    ring.away = False
    await door.caller(sent)
    assert len(ring.used_at) == 2


async def test_over_http_a_key_comes_as_bearer_or_by_its_own_header() -> None:
    client = web_client(things(), ring=Ring())
    for name, value in (
        ("X-API-Key", MINTED.text),
        ("Authorization", f"Bearer {MINTED.text}"),
        ("Authorization", f"bearer  {MINTED.text}"),
    ):
        reply = await client.call("POST", THINGS, json={"name": "a"}, headers={name: value})
        assert reply.json() == {"id": "a", "actor": "key_1"}

    both = {"X-API-Key": MINTED.text, "Authorization": f"Bearer {MINTED.text}"}
    problem(await client.call("GET", THINGS, headers=both), 401, "auth.ambiguous")
    for other in ("Basic abc", "Bearer", "Bearer ", MINTED.text):
        reply = await client.call("GET", THINGS, headers={"Authorization": other})
        problem(reply, 401, "auth.missing")
