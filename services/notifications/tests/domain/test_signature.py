"""Signatures, checked by the published Standard Webhooks library."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifications.domain.signature import headers, secret_bytes, secret_text, sign
from shared.errors import Invalid

SECRETS = st.binary(min_size=24, max_size=64)
JSON_BODY = b'{"a": "\xe9\x82\xbb\xe9\x87\x8c"}'


def now() -> int:
    return int(datetime.now(UTC).timestamp())  # noqa: TID251  the library reads the real clock


def verify(secret: bytes, sent: dict[str, str], body: bytes) -> object:
    return Webhook(secret_text(secret)).verify(body, sent)


@given(secret=SECRETS, value=st.text())
def test_the_published_library_verifies_what_we_sign(secret: bytes, value: str) -> None:
    body = b'{"v":"%s"}' % base64.b64encode(value.encode())
    sent = headers([secret], message_id="msg_1", timestamp=now(), body=body)
    assert verify(secret, sent, body)


@given(secrets=st.lists(SECRETS, min_size=1, max_size=3, unique=True))
def test_each_live_secret_verifies_and_no_other(secrets: list[bytes]) -> None:
    sent = headers(secrets, message_id="msg_1", timestamp=now(), body=JSON_BODY)
    assert sent["webhook-signature"].count(" ") == len(secrets) - 1
    for secret in secrets:
        assert verify(secret, sent, JSON_BODY)
    with pytest.raises(WebhookVerificationError):
        verify(b"another secret, long enough", sent, JSON_BODY)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_a_change_to_any_signed_part_is_seen(changed: str) -> None:
    secret = b"s" * 32
    sent = headers([secret], message_id="msg_1", timestamp=now(), body=JSON_BODY)
    body = JSON_BODY
    if changed == "body":
        body += b" "
    elif changed == "webhook-id":
        sent[changed] = "msg_2"
    else:
        sent[changed] = str(int(sent[changed]) - 1)
    with pytest.raises(WebhookVerificationError):
        verify(secret, sent, body)


def test_the_example_of_the_specification_gives_its_signature() -> None:
    # Standard Webhooks 1.0.0, "Verifying signatures": secret, id, timestamp, body and result.
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    token = sign(
        [secret], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body
    )
    assert token == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(SECRETS)
def test_a_written_secret_reads_back(secret: bytes) -> None:
    assert secret_bytes(secret_text(secret)) == secret


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "whsec_AAAA",
        "whsec_!!!!",
        "whsec_é",
        base64.b64encode(b"s" * 32).decode(),
        secret_text(b"s" * 23),
        secret_text(b"s" * 65),
    ],
)
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"endpoint\.secret_invalid"):
        secret_bytes(text)


def test_an_id_with_a_dot_or_no_secret_at_all_is_never_signed() -> None:
    with pytest.raises(Invalid):
        sign([b"s" * 32], message_id="msg.1", timestamp=1, body=b"")
    with pytest.raises(Invalid):
        sign([], message_id="msg_1", timestamp=1, body=b"")
