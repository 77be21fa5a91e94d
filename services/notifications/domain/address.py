"""Where a web hook may go, and where never: URLs as registered, addresses as dialled.

What is checked when a URL is saved is comfort for its owner; safety is ``is_allowed``, asked for
the concrete address of every dial. The ranges are those of webhooks.md, section 7.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from shared.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

URL_CHARACTERS_MAX = 2000
HOST_CHARACTERS_MAX = 253
RESOLVED_DIFFERENTLY = frozenset("ßς\u200c\u200d")
"""Letters that IDNA 2003 and 2008 send to different hosts."""

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)\Z")


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(each) for each in text.split())


# Never dialled, whatever an operator lists: this host, link-local (which holds the metadata
# services of most clouds), the metadata services elsewhere, multicast, reserved, and IPv6 forms
# that hide an IPv4 address.
_NEVER = _networks(
    "0.0.0.0/8 169.254.0.0/16 100.100.100.200/32 168.63.129.16/32 224.0.0.0/4 240.0.0.0/4 "
    "fe80::/10 ff00::/8 fd00:ec2::254/128 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32 "
    "::ffff:0:0:0/96"
)
# All of IPv6 that is assigned to be reached from anywhere. The rest, most of which ``ipaddress``
# calls global, holds more forms that hide an IPv4 address.
_UNICAST6 = ipaddress.IPv6Network("2000::/3")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_LOOPBACK6 = ipaddress.IPv6Address("::1")
# What ``ipaddress`` wrongly calls global (seen on Python 3.11), and carrier-grade NAT, which it
# calls neither global nor private.
_NOT_GLOBAL = _networks(
    "192.0.0.0/24 192.88.99.0/24 100.64.0.0/10 fec0::/10 3fff::/20 5f00::/16 2001::/23"
)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What the operator allows beside https to public addresses.

    ``private``: ranges that are open although they are not public. ``ports``: those that may be
    dialled at public addresses; in the private ranges any may. ``http``: whether plain http may be.
    """

    private: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({443, 8443})
    http: bool = False


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Address ranges as a setting writes them; ``ValueError`` names the one that is none."""
    return tuple(ipaddress.ip_network(text.strip()) for text in texts)


def is_allowed(address: str, port: int, rules: AddressRules) -> bool:
    """Whether this concrete address and port may be dialled; False for what cannot be read."""
    try:
        unwrapped = _unwrap(ipaddress.ip_address(address))
    except ValueError:
        return False
    if _is_never(unwrapped):
        return False
    if any(unwrapped in network for network in rules.private):
        return True
    if not _is_public(unwrapped):
        return False
    return port in _ports(rules)


def check_url(url: str, rules: AddressRules) -> str:
    """The URL in the one form in which it is kept and used.

    Errors: ``Invalid`` (``endpoint.url_*``) says what is wrong with it.
    """
    if len(url) > URL_CHARACTERS_MAX:
        raise _bad("too_long", most=URL_CHARACTERS_MAX)
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in url):
        raise _bad("unreadable")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise _bad("unreadable") from None
    _check_scheme(parts, rules)
    if "@" in parts.netloc:
        raise _bad("userinfo")
    if "#" in url:
        raise _bad("fragment")
    if port == 0 or ("[" in parts.netloc and ":" not in (host or "")):
        raise _bad("unreadable")
    checked = _check_host(host or "", rules)
    number = port if port is not None else (443 if parts.scheme == "https" else 80)
    _check_reach(checked, number, rules)
    return _whole(parts, checked, port)


def _check_scheme(parts: SplitResult, rules: AddressRules) -> None:
    schemes = ("https", "http") if rules.http else ("https",)
    if parts.scheme not in schemes:
        raise _bad("scheme", schemes=", ".join(schemes))


def _check_host(host: str, rules: AddressRules) -> str:
    """The host as it goes on the wire: a canonical literal, or an ASCII name that is none."""
    literal = _literal(host)
    if literal is not None:
        return str(literal)
    name = _ascii(host)
    labels = name.split(".")
    if not name.isascii() or len(name) > HOST_CHARACTERS_MAX:
        raise _bad("host")
    if not all(_LABEL.match(label) for label in labels) or _NUMBER.match(labels[-1]):
        raise _bad("host")
    # A name without a dot means something only inside the operator's own network.
    local = len(labels) == 1 or labels[-1] in ("localhost", "local", "internal")
    if local and not rules.private:
        raise _bad("host")
    return name


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _bad("host") from None
    if RESOLVED_DIFFERENTLY & set(host) or _literal(name) is not None:
        raise _bad("host")
    return name


def _check_reach(host: str, port: int, rules: AddressRules) -> None:
    literal = _literal(host)
    if literal is None:
        if port not in _ports(rules) and not rules.private:
            raise _bad("port", ports=_listed(rules))
        return
    if is_allowed(host, port, rules):
        return
    if is_allowed(host, 443, AddressRules(private=rules.private)):
        raise _bad("port", ports=_listed(rules))
    raise _bad("address")


def _whole(parts: SplitResult, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port is None else f"{shown}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    return f"{parts.scheme}://{authority}{path}" + (f"?{query}" if query else "")


def _literal(host: str) -> Address | None:
    """The address that the host spells out; short, octal and zoned forms are none."""
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None


def _unwrap(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_never(address: Address) -> bool:
    if address in _COMPATIBLE and address != _LOOPBACK6:
        return True
    return any(address in network for network in _NEVER)


def _is_public(address: Address) -> bool:
    if address.version == 6 and address not in _UNICAST6:
        return False
    return address.is_global and not any(address in network for network in _NOT_GLOBAL)


def _ports(rules: AddressRules) -> frozenset[int]:
    return rules.ports | {80} if rules.http else rules.ports


def _listed(rules: AddressRules) -> str:
    return ", ".join(str(port) for port in sorted(_ports(rules)))


def _bad(why: str, **facts: object) -> Invalid:
    return Invalid(f"endpoint.url_{why}", pointer="/url", **facts)
