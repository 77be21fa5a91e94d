"""What web forms send is read as it was meant, or refused; nothing of it falls over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed, TooLarge
from shared.web.form_data import FIELDS_MAX, TEXT_BYTES_MAX, FormData, read_form
from shared.web.takes import MULTIPART, URLENCODED, Sent

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
NAMES = st.from_regex(r"[a-z_\[\]]{1,12}", fullmatch=True)


def multipart(*parts: bytes, end: bytes = b"--\r\n") -> Sent:
    body = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return Sent(MULTIPART, BOUNDARY, body + b"--" + BOUNDARY.encode() + end)


def field(name: str, content: bytes, filename: str | None = None) -> bytes:
    told = f'; filename="{filename}"' if filename is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{told}\r\n'
    kind = "Content-Type: image/jpeg\r\n" if filename is not None else ""
    return f"{head}{kind}\r\n".encode() + content


@given(st.lists(st.tuples(NAMES, st.text(max_size=50), st.booleans()), max_size=8))
def test_what_a_form_sends_in_parts_is_read_again(sent: list[tuple[str, str, bool]]) -> None:
    parts = [field(name, text.encode(), "x.jpg" if file else None) for name, text, file in sent]

    read = read_form(multipart(*parts))

    assert read.fields == tuple((name, text) for name, text, file in sent if not file)
    assert read.files == tuple((name, text.encode()) for name, text, file in sent if file and text)


@given(content=st.binary(max_size=500))
def test_the_bytes_of_a_file_come_whole(content: bytes) -> None:
    read = read_form(multipart(field("photo", content, "照片.jpg")))

    assert read.files == ((("photo", content),) if content else ())


def test_a_form_of_the_plain_kind_is_read() -> None:
    read = read_form(Sent(URLENCODED, None, b"a=1&a=2&b=%E4%BD%A0+%E5%A5%BD&c="))

    assert read.every("a") == ["1", "2"]
    assert (read.first("b"), read.first("c"), read.first("d")) == ("你 好", "", None)


def test_an_empty_body_is_an_empty_form() -> None:
    assert read_form(Sent("", None, b"")) == FormData()


@pytest.mark.parametrize(
    "sent",
    [
        Sent(URLENCODED, None, b"a=%ff"),
        Sent(URLENCODED, None, b"\xff"),
        Sent(URLENCODED, None, b"&".join([b"a=1"] * (FIELDS_MAX + 1))),
        Sent(MULTIPART, None, b"--x--"),
        Sent(MULTIPART, "a\r\nb", b"--x--"),
        Sent(MULTIPART, BOUNDARY, b"nothing of the kind"),
        Sent("text/csv", None, b"a"),
        multipart(b"no head"),
        multipart(b'X: name="a"\r\n\r\nno name'),
        multipart(b"Content-Disposition: form-data\r\n\r\nno name"),
        multipart(field("a", b"\xff")),
        multipart(field("a" * 3000, b"")),
        multipart(field("a", b"cut off"), end=b""),
        multipart(*[field("a", b"1")] * (FIELDS_MAX + 2)),
    ],
    ids=str,
)
def test_what_is_no_form_is_malformed(sent: Sent) -> None:
    with pytest.raises(Malformed):
        read_form(sent)


def test_a_form_is_large_for_its_files_alone() -> None:
    most = b"a" * TEXT_BYTES_MAX
    for sent in (
        Sent(URLENCODED, None, b"a=" + most[2:]),
        multipart(field("a", most), field("b", most * 2, "x.jpg")),
    ):
        assert read_form(sent).first("a")
    for sent in (
        Sent(URLENCODED, None, b"a=" + most),
        multipart(field("a", most), field("b", b"a")),
    ):
        with pytest.raises(TooLarge):
            read_form(sent)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fall_over(body: bytes) -> None:
    for sent in (Sent(URLENCODED, None, body), Sent(MULTIPART, "b", b"--b\r\n" + body)):
        try:
            read_form(sent)
        except Malformed:
            continue
