"""TLS to a receiver: its certificate must hold for the name that was registered."""

import asyncio
import datetime
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notifications.domain.attempt import Result
from services.notifications.tests.receiver import request_of
from services.notifications.tests.webhook.test_post import HEADERS, LOOPBACK
from services.notifications.webhook import WebhookPost
from shared.testing import FakeClock

NAME = "committee.example"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for ``NAME`` that nobody else knows, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)  # noqa: TID251  TLS reads the real clock
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "receiver.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture(autouse=True)
def every_name_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(_: str, port: int, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", here)


async def attempt(certificate: Path, host: str, client: ssl.SSLContext | None) -> Result:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(serve, sock=_listening(), ssl=context)
    post = WebhookPost(LOOPBACK, FakeClock(), tls=client)
    try:
        port = server.sockets[0].getsockname()[1]
        return (await post(f"https://{host}:{port}/", HEADERS, b"{}")).result
    finally:
        await post.close()
        server.close()
        await server.wait_closed()


def _listening() -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    return listening


async def test_the_name_and_not_the_dialled_address_is_what_the_certificate_must_hold_for(
    certificate: Path,
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    assert await attempt(certificate, NAME, trusting) is Result.DELIVERED
    assert await attempt(certificate, "other.example", trusting) is Result.UNTRUSTED


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate: Path) -> None:
    assert await attempt(certificate, NAME, None) is Result.UNTRUSTED
