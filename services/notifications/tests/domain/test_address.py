"""Where a web hook may go: odd URLs, odd addresses, each with its answer."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.address import AddressRules, check_url, is_allowed, networks
from shared.errors import Invalid

PUBLIC = AddressRules()
LAN = AddressRules(private=networks(["10.0.0.0/8", "127.0.0.0/8", "::1/128", "fd00::/8"]))
EVERYTHING = AddressRules(private=networks(["0.0.0.0/0", "::/0"]), http=True)

DENIED_FOR_ALL = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.23",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::8.8.8.8",
    "::7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:53aa:64c::1",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "::ffff:0:169.254.169.254",
]
DENIED_UNLESS_LISTED = [
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.0.8",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "2001:db8::1",
    "2001:2::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "1::1",
    "200::1",
    "64:ff9b:2::1",
    "4000::1",
]
ALLOWED = ["8.8.8.8", "1.1.1.1", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"]
NO_ADDRESSES = ["", "127.1", "0x7f000001", "2130706433", "017700000001", "localhost", "1.2.3.4.5"]


@pytest.mark.parametrize("address", DENIED_FOR_ALL)
def test_some_addresses_are_never_dialled_whatever_an_operator_lists(address: str) -> None:
    assert not is_allowed(address, 443, PUBLIC)
    assert not is_allowed(address, 443, EVERYTHING)


@pytest.mark.parametrize("address", DENIED_UNLESS_LISTED)
def test_what_is_not_public_is_dialled_only_if_the_operator_lists_it(address: str) -> None:
    assert not is_allowed(address, 443, PUBLIC)
    assert is_allowed(address, 443, EVERYTHING)


@pytest.mark.parametrize("address", ALLOWED)
def test_public_addresses_are_dialled(address: str) -> None:
    assert is_allowed(address, 443, PUBLIC)


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_cannot_be_read_as_an_address_is_denied(address: str) -> None:
    assert not is_allowed(address, 443, EVERYTHING)


@pytest.mark.parametrize(
    ("address", "port", "allowed"),
    [
        ("8.8.8.8", 443, True),
        ("8.8.8.8", 8443, True),
        ("8.8.8.8", 80, False),
        ("8.8.8.8", 22, False),
        ("10.0.0.7", 22, True),
        ("127.0.0.1", 9000, True),
        ("192.168.0.1", 443, False),
    ],
)
def test_ports_are_bounded_where_the_operator_does_not_vouch_for_the_range(
    address: str, port: int, allowed: bool
) -> None:
    assert is_allowed(address, port, LAN) is allowed


def test_with_http_port_80_is_open() -> None:
    assert is_allowed("8.8.8.8", 80, AddressRules(http=True))


@given(st.integers(0, 2**32 - 1))
def test_an_address_and_its_form_mapped_into_ipv6_are_the_same(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    for rules in (PUBLIC, LAN, EVERYTHING):
        assert is_allowed(str(plain), 443, rules) == is_allowed(f"::ffff:{plain}", 443, rules)


@given(st.integers(0, 2**32 - 1))
def test_no_ipv6_form_that_hides_an_ipv4_address_is_dialled(number: int) -> None:
    low, high = number & 0xFFFF, number >> 16
    for form in (
        f"64:ff9b::{high:x}:{low:x}",
        f"64:ff9b:1::{high:x}:{low:x}",
        f"2002:{high:x}:{low:x}::1",
        f"::{high or 1:x}:{low:x}",
    ):
        assert not is_allowed(form, 443, EVERYTHING)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://committee.example", "https://committee.example/"),
        ("HTTPS://Committee.Example:443/Hook?A=b", "https://committee.example:443/Hook?A=b"),
        ("https://committee.example:8443/a%2Fb", "https://committee.example:8443/a%2Fb"),
        (
            "https://邻里.中国/推送?键=值",
            "https://xn--7e4a0u.xn--fiqs8s/%E6%8E%A8%E9%80%81?%E9%94%AE=%E5%80%BC",
        ),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2400:3200:0::1]/", "https://[2400:3200::1]/"),
        ("https://a_b.example/?", "https://a_b.example/"),
        ("https://xn--fiqs8s.example/", "https://xn--fiqs8s.example/"),
    ],
)
def test_a_good_url_is_kept_in_one_form(url: str, kept: str) -> None:
    assert check_url(url, PUBLIC) == kept
    assert check_url(kept, PUBLIC) == kept


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://x.example/" + "a" * 2000, "too_long"),
        ("", "scheme"),
        ("committee.example/hook", "scheme"),
        ("http://committee.example/", "scheme"),
        ("ftp://committee.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("https://a b.example/", "unreadable"),
        ("https://committee.example/\n", "unreadable"),
        ("https://committee\t.example/", "unreadable"),
        ("https://committee.example\\@127.0.0.1/", "unreadable"),
        ("https://committee.example/\u202e", "unreadable"),
        ("https://committee.example:99999/", "unreadable"),
        ("https://committee.example:x/", "unreadable"),
        ("https://committee.example:0/", "unreadable"),
        ("https://[::1/", "unreadable"),
        ("https://[v1.x]/", "unreadable"),
        ("https://user@committee.example/", "userinfo"),
        ("https://user:word@committee.example/", "userinfo"),
        ("https://@committee.example/", "userinfo"),
        ("https://committee.example@127.0.0.1/", "userinfo"),
        ("https://committee.example/#a", "fragment"),
        ("https://committee.example/#", "fragment"),
        ("https:///hook", "host"),
        ("https://./", "host"),
        ("https://committee.example./", "host"),
        ("https://committee..example/", "host"),
        ("https://-committee.example/", "host"),
        ("https://committee.example-/", "host"),
        ("https://" + "a" * 64 + ".example/", "host"),
        ("https://" + "a." * 130 + "example/", "host"),
        ("https://%31%32%37.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://127.0.1/", "host"),
        ("https://0x7f000001/", "host"),
        ("https://0x7f.0.0.1/", "host"),
        ("https://2130706433/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://127.0.0.01/", "host"),
        ("https://127。0。0。1/", "host"),
        ("https://\uff11\uff12\uff17.0.0.1/", "host"),
        ("https://①②⑦.0.0.1/", "host"),
        ("https://straße.example/", "host"),
        ("https://[fe80::1%25eth0]/", "host"),
        ("https://localhost/", "host"),
        ("https://app.localhost/", "host"),
        ("https://receiver/", "host"),
        ("https://receiver.internal/", "host"),
        ("https://committee.example:22/", "port"),
        ("https://8.8.8.8:22/", "port"),
        ("https://127.0.0.1/", "address"),
        ("https://169.254.169.254/latest/", "address"),
        ("https://100.100.100.200/", "address"),
        ("https://[::1]/", "address"),
        ("https://[::ffff:127.0.0.1]/", "address"),
        ("https://[::ffff:7f00:1]/", "address"),
        ("https://[64:ff9b::7f00:1]/", "address"),
        ("https://[::]/", "address"),
    ],
)
def test_a_bad_url_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, PUBLIC)
    assert refused.value.code == f"endpoint.url_{why}"
    assert refused.value.facts["pointer"] == "/url"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:9000/hook",
        "https://[::1]:9000/hook",
        "https://receiver:8080/hook",
        "https://localhost:8080/",
        "https://10.1.2.3/",
    ],
)
def test_inside_what_the_operator_lists_local_names_and_any_port_are_fine(url: str) -> None:
    assert check_url(url, LAN) == url


def test_metadata_services_are_refused_even_if_everything_is_listed() -> None:
    with pytest.raises(Invalid, match=r"endpoint\.url_address"):
        check_url("http://169.254.169.254/latest/", EVERYTHING)


@given(st.text(max_size=60), st.sampled_from([PUBLIC, LAN, EVERYTHING]))
def test_any_text_is_either_kept_in_its_one_form_or_refused(text: str, rules: AddressRules) -> None:
    for url in (text, f"https://{text}", f"https://a.example/{text}"):
        try:
            kept = check_url(url, rules)
        except Invalid:
            continue
        assert kept.isascii()
        assert check_url(kept, rules) == kept
