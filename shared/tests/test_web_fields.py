"""A field is called what it is, keeps what was filled in and says beside it what is wrong."""

from shared.errors import Invalid
from shared.testing_pages import Read
from shared.web.fields import Field, Fields
from shared.web.form_data import FormData
from shared.web.markup import together
from shared.web.problems import Problem, problem_of

PHONE = Field("phone", "联系电话", "会打给您", length_max=40, kind="tel", autocomplete="tel")
GRADES = [("1", "好"), ("2", "不好")]


def wrong(pointer: str | None = "/contact/phone") -> Problem:
    return problem_of(Invalid("contact.phone", pointer=pointer))


def test_a_field_has_its_label_its_hint_and_its_limits() -> None:
    read = Read(Fields("zh").line(PHONE))

    assert read.bare == []
    control = read.one("phone")
    assert control["aria-describedby"] == "phone-hint"
    assert (control["type"], control["autocomplete"], control["maxlength"]) == ("tel", "tel", "40")
    assert "会打给您" in read.text
    assert "aria-invalid" not in control


def test_what_need_not_be_filled_in_says_so_and_what_must_be_says_so_to_the_browser() -> None:
    fields = Fields("zh")
    assert "可不填" in Read(fields.line(PHONE)).text
    must = Read(fields.lines(Field("text", "说明", required=True)))
    assert "可不填" not in must.text
    assert "required" in must.one("text")


def test_what_is_wrong_stands_beside_its_field_and_above_leads_to_it() -> None:
    fields = Fields("zh", FormData((("phone", "12<"),)), wrong())
    shown = fields.line(PHONE)
    read = Read(together(fields.summary(), shown))

    control = read.one("phone")
    assert control["value"] == "12<"
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "phone-hint phone-wrong"
    assert read.one("phone-wrong")["class"] == "wrong"
    assert read.every("a", href="#phone")
    assert read.every("div", role="alert")


def test_a_place_without_a_field_of_its_name_is_said_at_the_one_that_is_meant() -> None:
    fields = Fields("zh", None, wrong("/contact"), places={"contact": "phone"})

    assert Read(fields.line(PHONE)).one("phone")["aria-invalid"] == "true"


def test_what_is_wrong_with_no_field_is_said_above() -> None:
    fields = Fields("zh", None, wrong(None))
    shown = fields.line(PHONE)

    assert "aria-invalid" not in Read(shown).one("phone")
    assert Read(fields.summary()).text
    assert Fields("zh").summary() == ""


def test_choices_are_seen_at_once_in_a_group_with_a_name_and_keep_what_was_chosen() -> None:
    field = Field("grade", "满意吗", required=True)
    read = Read(Fields("zh", FormData((("grade", "2"),))).choices(field, GRADES))

    assert read.bare == []
    assert [name for name, _ in read.tags[:2]] == ["fieldset", "legend"]
    radios = read.every("input", type="radio", name="grade")
    assert [("checked" in each, each["value"]) for each in radios] == [(False, "1"), (True, "2")]
    assert all("required" in each for each in radios)


def test_of_several_choices_none_is_asked_for_alone() -> None:
    sent = FormData((("grade", "1"), ("grade", "2")))
    read = Read(
        Fields("zh", sent).choices(Field("grade", "哪些", required=True), GRADES, several=True)
    )

    boxes = read.every("input", type="checkbox")
    assert all("checked" in each for each in boxes)
    assert not any("required" in each for each in boxes)


def test_a_list_and_choices_show_what_was_chosen_before_else_what_is_usual() -> None:
    field = Field("grade", "满意吗")
    for sent, chosen in ((None, "2"), (FormData((("grade", "1"),)), "1")):
        listed = Read(Fields("zh", sent).select(field, GRADES, "2"))
        assert [each["value"] for each in listed.every("option") if "selected" in each] == [chosen]
        seen = Read(Fields("zh", sent).choices(field, GRADES, "2"))
        assert [each["value"] for each in seen.every("input") if "checked" in each] == [chosen]


def test_forms_on_one_page_share_no_id() -> None:
    forms = [Fields("zh", None, wrong(), prefix=f"{name}-").line(PHONE) for name in ("a", "b")]
    ids = Read(together(*forms)).ids()

    assert len(ids) == len(set(ids)) == 6
