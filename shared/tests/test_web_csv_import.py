"""A table in CSV, read: whatever spreadsheet it is from, and whatever is wrong with it."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_LE
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.errors import Invalid, Malformed, TooLarge
from shared.web.csv_cells import neutral
from shared.web.csv_import import Row, Sheet, decoded


class Inner(BaseModel):
    phone: str


class Form(BaseModel):
    ref: str
    name: str
    contact: Inner | None
    answers: dict[str, list[str]]


SHEET = Sheet(
    Form,
    rows_max=3,
    free=frozenset({"answers"}),
    others={"姓名": "name", "电话": "contact.phone"},
)


def written(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def test_a_row_is_a_body_whose_fields_are_named_by_their_paths() -> None:
    header = ["ref", "name", "contact.phone", "answers.what[]", "answers.lamp"]

    (row,) = SHEET.rows(written(header, [" A-1 ", "李", "139", "a; b;;", "x; y"]))

    assert row == Row(
        2,
        {
            "ref": "A-1",
            "name": "李",
            "contact": {"phone": "139"},
            "answers": {"what": ["a", "b"], "lamp": "x; y"},
        },
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_columns_may_have_chinese_names_in_any_common_encoding(encoding: str) -> None:
    (row,) = SHEET.rows(written(["姓名", "电话"], ["李四", "139"], encoding=encoding))

    assert row.body == {"name": "李四", "contact": {"phone": "139"}}


def test_blank_cells_are_not_given_and_blank_rows_are_no_rows() -> None:
    raw = b"name,ref\r\n\r\n,\r\n  ,B\r\nx\r\n"

    assert SHEET.rows(raw) == [Row(4, {"ref": "B"}), Row(5, {"name": "x"})]


def test_a_row_with_more_cells_than_columns_is_told_apart() -> None:
    rows = SHEET.rows(b"name,ref\nx,y,\nx,y,z\n")

    assert rows == [Row(2, {"name": "x", "ref": "y"}), Row(3, cells_max=2)]


def test_what_an_export_put_before_a_formula_is_taken_off_again() -> None:
    (row,) = SHEET.rows(written(["name", "ref"], [neutral("=1+1"), neutral("'=")]))

    assert row.body == {"name": "=1+1", "ref": "'="}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "csv.empty"),
        (BOM_UTF8, "csv.empty"),
        (b"\r\n\r\n", "csv.empty"),
        (b"name,ref\r\n", "csv.empty"),
        (b"name,ref\r\n,\r\n", "csv.empty"),
        (b"name\r\n\xff\xff", "csv.encoding"),
        (BOM_UTF8 + "姓名\n李".encode("gb18030"), "csv.encoding"),
        (BOM_UTF16_LE + "name\nx".encode("utf-16-le"), "csv.encoding"),
        ("name\nx".encode("utf-16-le"), "csv.encoding"),
        (b"name\n\x00", "csv.encoding"),
        (b'name\n"x', "csv.unreadable"),
        (b'name\n"x"y', "csv.unreadable"),
        (b"name\n" + b"x" * 140_000, "csv.unreadable"),
        (b"name,colour\nx,y", "csv.column_unknown"),
        (b"name,\nx,y", "csv.column_unknown"),
        (b"name,contact\nx,y", "csv.column_unknown"),
        (b"name,answers\nx,y", "csv.column_unknown"),
        (b"name,answers.\nx,y", "csv.column_unknown"),
        (b"name,name\nx,y", "csv.column_twice"),
        (b"name,name[]\nx,y", "csv.column_twice"),
        ("name,姓名\nx,y".encode(), "csv.column_twice"),
        (b"name\n1\n2\n3\n4", "csv.too_many_rows"),
        (b"answers.x," * 101, "csv.too_many_columns"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_the_reason(raw: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        SHEET.rows(raw)

    assert refused.value.code == code


def test_a_column_at_fault_is_told_by_its_number_and_not_by_its_name() -> None:
    with pytest.raises(Invalid) as refused:
        SHEET.rows("name,李四的电话\nx,y".encode())

    assert refused.value.facts == {"pointer": "column:2", "number": 2}


@given(st.binary(max_size=200))
def test_whatever_bytes_come_there_are_rows_or_an_error_of_ours(raw: bytes) -> None:
    try:
        rows = SHEET.rows(raw)
    except (Invalid, Malformed, TooLarge):
        return

    assert 0 < len(rows) <= 3


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_text_in_either_encoding_is_read_as_it_was_written(text: str) -> None:
    assert decoded(BOM_UTF8 + text.encode()) == text
    gb = text.encode("gb18030")
    try:
        gb.decode("utf-8")
    except UnicodeDecodeError:
        assert decoded(gb) == text
