"""Bearer tokens: whose word is taken, and whose is not."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from shared.auth import (
    ROLE_SCOPES,
    Caller,
    Grant,
    KeySet,
    SigningKey,
    TokenReader,
    generate_keys,
    issue_token,
    key_set,
)
from shared.auth import tokens as tokens_module
from shared.clock import SystemClock
from shared.errors import NotAllowed, NotAuthenticated, NotFound
from shared.testing_web import keys_of

KEY = SigningKey.generate()
GRANT = Grant("per_1", ("resident",), ("here",), branch="brn_1")


def reader(keys: KeySet | None = None) -> TokenReader:
    return TokenReader(keys or keys_of(KEY), issuer="linli", audience="linli")


def now() -> datetime:
    """The machine's time, which PyJWT asks for itself."""
    return SystemClock().now()


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a sound token but for these changes; times are told from now on."""
    whole = {
        "sub": "per_1",
        "iss": "linli",
        "aud": "linli",
        "exp": timedelta(hours=1),
        "scope": "a:b:c d:e:f",
        **changes,
    }
    return {
        name: now() + value if isinstance(value, timedelta) else value
        for name, value in whole.items()
        if value is not None
    }


def signed(content: dict[str, Any], key: Any = KEY.private, alg: str = "EdDSA") -> str:
    return jwt.encode(content, key, alg, headers={"kid": KEY.kid})


async def test_an_issued_token_speaks_for_its_grant() -> None:
    token = issue_token(KEY, GRANT, now=now())

    assert await reader().read(token) == Caller(
        id="per_1",
        kind="person",
        roles=("resident",),
        communities=("here",),
        branch="brn_1",
        scopes=ROLE_SCOPES["resident"],
    )


async def test_scopes_that_are_told_are_all_that_is_granted() -> None:
    grant = Grant("per_1", ("staff",), ("here",), scopes=("requests:request:read",))

    caller = await reader().read(issue_token(KEY, grant, now=now()))
    assert caller.scopes == {"requests:request:read"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"exp": -timedelta(minutes=1)}, "auth.token_expired"),
        ({"nbf": timedelta(minutes=1)}, "auth.token_invalid"),
        ({"iat": timedelta(minutes=1)}, "auth.token_invalid"),
        ({"iss": "somebody"}, "auth.token_invalid"),
        ({"aud": "somebody"}, "auth.token_invalid"),
        ({"exp": None}, "auth.token_invalid"),
        ({"iss": None}, "auth.token_invalid"),
        ({"aud": None}, "auth.token_invalid"),
        ({"sub": None}, "auth.token_invalid"),
        ({"sub": ""}, "auth.token_invalid"),
        ({"sub": "a b"}, "auth.token_invalid"),
        ({"roles": 7}, "auth.token_invalid"),
        ({"communities": {"a": 1}}, "auth.token_invalid"),
        ({"branch": ["x"]}, "auth.token_invalid"),
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_does_not_hold(change: dict[str, Any], code: str) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        await reader().read(signed(claims(**change)))

    assert refused.value.code == code


async def test_a_clock_that_is_a_little_off_is_forgiven() -> None:
    token = signed(claims(exp=-timedelta(seconds=5), nbf=timedelta(seconds=5)))

    assert (await reader().read(token)).id == "per_1"


def _with_header(token: str, **header: Any) -> str:
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return ".".join([head, *token.split(".")[1:]])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: signed(claims(), SigningKey.generate().private),
        lambda token: jwt.encode(claims(), "x" * 64, "HS256", headers={"kid": KEY.kid}),
        lambda token: _with_header(token, alg="none", kid=KEY.kid),
        lambda token: _with_header(token, alg="HS256", kid=KEY.kid),
        lambda token: _with_header(token, alg="EdDSA", kid="unknown"),
        lambda token: _with_header(token, alg="EdDSA"),
        lambda token: _with_header(token, alg="EdDSA", kid=["x"]),
        lambda token: token[:-4],
        lambda token: token + "." + token,
        lambda token: "x" * 9000,
        lambda token: "é.é.é",
        lambda token: "..",
    ],
)
async def test_a_forged_or_broken_token_does_not_hold(spoil: Callable[[str], str]) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        await reader().read(spoil(signed(claims())))

    assert refused.value.code == "auth.token_invalid"


@given(token=st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
async def test_whatever_comes_as_a_token_is_refused_in_order(token: str) -> None:
    with pytest.raises(NotAuthenticated):
        await reader().read(token)


def _jwks(entry: dict[str, Any]) -> KeySet:
    async def load() -> dict[str, Any]:
        encryption = {**entry, "kid": "enc", "use": "enc"}
        return {"keys": ["nonsense", {"kty": "odd"}, encryption, {**entry, "kid": KEY.kid}]}

    return KeySet(load)


async def test_other_issuers_may_sign_with_es256_and_rs256() -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1())
    public = json.loads(ECAlgorithm.to_jwk(elliptic.public_key()))
    token = signed(claims(), elliptic, "ES256")
    assert (await reader(_jwks(public)).read(token)).scopes == {"a:b:c", "d:e:f"}

    numbers = rsa.generate_private_key(65537, 2048)
    public = json.loads(RSAAlgorithm.to_jwk(numbers.public_key()))
    for alg in ("RS256", "PS256"):
        ring = reader(_jwks({**public, "alg": "RS256"}))
        token = signed(claims(), numbers, alg)
        if alg == "RS256":
            assert (await ring.read(token)).id == "per_1"
        else:
            with pytest.raises(NotAuthenticated):
                await ring.read(token)


async def test_a_verified_token_is_remembered_until_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks = 0
    decode = jwt.decode

    def counted(*args: Any, **options: Any) -> Any:
        nonlocal checks
        checks += 1
        return decode(*args, **options)

    monkeypatch.setattr(jwt, "decode", counted)
    at = now().timestamp()
    token = signed(claims(exp=timedelta(seconds=60)))
    reads = TokenReader(keys_of(KEY), issuer="linli", audience="linli", wall=lambda: at)
    for _ in range(3):
        await reads.read(token)
    assert checks == 1

    at += 61
    await reads.read(token)  # PyJWT's own clock has not moved: only that it is asked counts
    assert checks == 2


async def test_the_memory_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "REMEMBERED_MAX", 3)
    reads = reader()
    for number in range(10):
        await reads.read(signed(claims(sub=f"per_{number}")))

    assert len(reads._known) == 3


def test_generated_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = generate_keys(folder)

    assert (folder / "signing_key.pem").stat().st_mode & 0o777 == 0o600
    assert json.loads((folder / "jwks.json").read_text()) == key.jwks()
    assert "d" not in key.jwks()["keys"][0]
    assert SigningKey.load(folder).kid == key.kid
    with pytest.raises(FileExistsError):
        generate_keys(folder)
    assert SigningKey.load(folder).kid == key.kid


async def test_a_token_is_read_with_the_keys_of_the_file(tmp_path: Path) -> None:
    key = generate_keys(tmp_path)
    keys = key_set(file=tmp_path / "jwks.json", url=None, issuer="linli")

    caller = await reader(keys).read(issue_token(key, GRANT, now=now()))
    assert caller.id == "per_1"
    assert key_set(file=None, url=None, issuer="linli") is None


@pytest.mark.parametrize("role", ROLE_SCOPES)
def test_every_scope_of_a_role_is_service_noun_verb(role: str) -> None:
    for scope in ROLE_SCOPES[role]:
        service, noun, verb = scope.split(":")
        assert service in {"requests", "pairing", "property", "notifications"}
        assert noun.replace("_", "").isalpha()
        assert verb.isalpha()


def test_a_caller_sees_its_own_communities_and_estates_only() -> None:
    caller = Caller("key_1", "machine", communities=("here",), estates=("est_1",))
    caller.may("here")
    caller.may_estate("est_1")
    with pytest.raises(NotFound):
        caller.may("there")
    with pytest.raises(NotFound):
        caller.may_estate("est_2")

    assert caller.one_community() == "here"
    with pytest.raises(NotAllowed):
        Caller("per_1", communities=("a", "b")).one_community()


def test_a_caller_of_several_communities_tells_which_and_no_other() -> None:
    caller = Caller("per_1", communities=("a", "b"))

    assert caller.one_community("b") == "b"
    with pytest.raises(NotFound):
        caller.one_community("c")
