"""What a web form sends: ``application/x-www-form-urlencoded`` or ``multipart/form-data``.

The body is here already, and bounded (``Takes``), so it is cut up as it lies in memory: no part of
it goes to a disk, and none is copied more than once.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from shared.errors import Malformed, TooLarge
from shared.web.takes import MULTIPART, URLENCODED, Sent

FIELDS_MAX = 200
TEXT_BYTES_MAX = 256 * 1024
"""Of all fields together: a form may be large for its files alone. To read 10 MB of ``%41`` takes
a second, in which nobody else is answered."""
HEAD_BYTES_MAX = 2048
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")  # RFC 2046, 5.1.1
_NAME = re.compile(r'\bname="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(r"\bfilename\*?=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormData:
    """The fields of a form in the order sent; a name may come several times."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    """Of those that hold anything: a form sends an empty one where no file was chosen."""

    def first(self, name: str) -> str | None:
        """The first value of a field; None if it was not sent."""
        return next((value for field, value in self.fields if field == name), None)

    def every(self, name: str) -> list[str]:
        """All values of a field."""
        return [value for field, value in self.fields if field == name]


def read_form(sent: Sent) -> FormData:
    """The form that a body of one of the two types holds; an empty body is an empty form.

    ``Malformed`` if it is none, is not UTF-8 or has more than 200 fields; ``TooLarge`` for over
    256 KB of text.
    """
    if not sent.body:
        return FormData()
    if sent.media_type == URLENCODED:
        return FormData(fields=_urlencoded(sent.body))
    if sent.media_type == MULTIPART:
        return _multipart(sent.body, sent.boundary)
    raise Malformed("http.form_malformed")


def _urlencoded(body: bytes) -> tuple[tuple[str, str], ...]:
    _check_size(len(body))
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except ValueError:
        raise Malformed("http.form_malformed") from None
    return tuple(pairs)


def _multipart(body: bytes, boundary: str | None) -> FormData:
    """RFC 7578. What stands before the first delimiter and after the last is not looked at."""
    if boundary is None or not _BOUNDARY.fullmatch(boundary):
        raise Malformed("http.form_malformed")
    delimiter = b"\r\n--" + boundary.encode("ascii")
    parts = (b"\r\n" + body).split(delimiter, FIELDS_MAX + 2)
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise Malformed("http.form_malformed")
    fields, files, size = [], [], 0
    for part in parts[1:-1]:
        name, is_file, content = _part(part)
        if not is_file:
            size += len(content)
            _check_size(size)
            fields.append((name, _text(content)))
        elif content:
            files.append((name, content))
    return FormData(tuple(fields), tuple(files))


def _part(part: bytes) -> tuple[str, bool, bytes]:
    """A part's name, whether it is a file, and what it holds."""
    head, blank, content = part.partition(b"\r\n\r\n")
    if not blank or len(head) > HEAD_BYTES_MAX:
        raise Malformed("http.form_malformed")
    for line in _text(head).split("\r\n"):
        header, _, value = line.partition(":")
        if header.strip().lower() == "content-disposition":
            name = _NAME.search(value)
            if name is not None:
                return name[1], _FILE.search(value) is not None, content
    raise Malformed("http.form_malformed")


def _check_size(size: int) -> None:
    if size > TEXT_BYTES_MAX:
        raise TooLarge("http.too_large", limit_bytes=TEXT_BYTES_MAX)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Malformed("http.form_malformed") from None
