"""The address guard when it dials: literals, rebinding, mixed answers, slow look-ups."""

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from services.notifications.domain.address import AddressRules, networks
from services.notifications.domain.attempt import Result
from services.notifications.tests.receiver import receiving
from services.notifications.tests.webhook.test_post import HEADERS, LOOPBACK, posting
from services.notifications.webhook import AddressDenied, Guard, WebhookPost
from services.notifications.webhook import guard as guard_module
from shared.testing import FakeClock

PUBLIC = AddressRules(http=True)

Resolves = Callable[..., None]


@pytest.fixture
def resolves(monkeypatch: pytest.MonkeyPatch) -> Resolves:
    """Sets what every name resolves to."""

    def set_to(*addresses: str) -> None:
        def look_up(_: str, port: int, **__: Any) -> list[Any]:
            return [
                (
                    socket.AF_INET6 if ":" in address else socket.AF_INET,
                    socket.SOCK_STREAM,
                    socket.IPPROTO_TCP,
                    "",
                    (address, port, 0, 0) if ":" in address else (address, port),
                )
                for address in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)

    return set_to


@pytest.mark.parametrize(
    "literal",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "0.0.0.0",
        "[::]",
    ],
)
async def test_a_literal_is_checked_though_no_resolver_sees_it(literal: str) -> None:
    async with posting(PUBLIC) as send:
        exchange = await send(f"http://{literal}/")
    assert exchange.result is Result.BLOCKED
    assert (exchange.code, exchange.response_body) == (None, "")


@pytest.mark.parametrize("odd", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
async def test_an_odd_form_of_loopback_is_never_dialled(odd: str) -> None:
    async with posting(PUBLIC) as send:
        exchange = await send(f"http://{odd}/")
    assert exchange.result in (Result.BLOCKED, Result.UNRESOLVED)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.2.3.4", "169.254.169.254", "100.100.100.200"],
)
async def test_a_name_that_leads_inside_is_blocked(resolves: Resolves, address: str) -> None:
    resolves(address)
    async with posting(PUBLIC) as send:
        assert (await send("http://committee.example/")).result is Result.BLOCKED


async def test_one_denied_address_among_good_ones_is_enough(resolves: Resolves) -> None:
    resolves("8.8.8.8", "2400:3200::1", "10.0.0.1")
    async with posting(PUBLIC) as send:
        assert (await send("http://committee.example/")).result is Result.BLOCKED


async def test_a_name_is_looked_up_anew_for_every_connection(resolves: Resolves) -> None:
    async with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "committee.example")
        resolves("127.0.0.1")
        post = WebhookPost(LOOPBACK, FakeClock())
        assert (await post(url, HEADERS, b"{}")).result is Result.DELIVERED
        await post.close()
        resolves("169.254.169.254")  # rebound between two attempts
        assert (await post(url, HEADERS, b"{}")).result is Result.BLOCKED
        await post.close()
    assert len(receiver.got) == 1


async def test_the_host_header_stays_the_name_while_the_checked_address_is_dialled(
    resolves: Resolves,
) -> None:
    async with receiving() as receiver, posting() as send:
        resolves("127.0.0.1")
        await send(receiver.url.replace("127.0.0.1", "committee.example"))
    assert receiver.got[0].headers["host"].startswith("committee.example:")


async def test_a_port_that_is_not_open_is_blocked_at_a_public_address() -> None:
    async with posting(PUBLIC) as send:
        assert (await send("http://8.8.8.8:22/")).result is Result.BLOCKED


async def test_the_operators_list_opens_its_ranges_and_no_others(resolves: Resolves) -> None:
    guard = Guard(AddressRules(private=networks(["10.0.0.0/8"])))
    resolves("10.9.8.7")
    assert [each["host"] for each in await guard.resolve("hall.example", 8000)] == ["10.9.8.7"]
    resolves("192.168.9.8")
    with pytest.raises(AddressDenied):
        await guard.resolve("hall.example", 8000)
    await guard.close()


def test_every_dial_is_checked_again() -> None:
    guard = Guard(AddressRules(private=networks(["127.0.0.0/8"])))
    guard.dial((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 9))).close()
    with pytest.raises(AddressDenied):
        guard.dial((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("10.0.0.1", 9)))
    with pytest.raises(AddressDenied):
        guard.dial((socket.AF_INET6, socket.SOCK_STREAM, 0, "", ("::1", 9, 0, 0)))


async def test_a_look_up_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(guard_module, "RESOLVE_SECONDS_MAX", 0.1)
    guard = Guard(PUBLIC)
    try:
        async with asyncio.timeout(5):
            with pytest.raises(OSError, match="name server"):
                await guard.resolve("committee.example", 443)
    finally:
        released.set()
        await guard.close()


async def test_what_a_tenant_is_shown_of_a_blocked_attempt_names_no_address(
    resolves: Resolves,
) -> None:
    resolves("10.11.12.13")
    async with posting(PUBLIC) as send:
        assert "10.11" not in repr(await send("http://committee.example/"))
