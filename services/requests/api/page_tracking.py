"""The page on which the holder of a tracking code follows its request: what is shown on it, and
what is read from it."""

from collections.abc import Iterator

from services.requests.api.conversation import UpdateBody
from services.requests.api.page_report import PICTURES, facts, hidden, moment, validated
from services.requests.api.request_forms import FollowUpBody
from services.requests.domain.follow_up import SATISFACTION_MAX, SATISFACTION_MIN, Answer
from services.requests.domain.progress import UPDATE_CHARACTERS_MAX, UPDATES_MAX, Audience
from services.requests.domain.request import TRANSITIONS, Action, ServiceRequest
from services.requests.service.request import Said
from shared.photos.photo import PHOTOS_MAX
from shared.texts import LANGS, Lang, label, text
from shared.web.fields import Field, Fields
from shared.web.form_data import FormData
from shared.web.markup import Html, other_langs, tag, together
from shared.web.problems import Problem

ACTIONS = frozenset({"rate", "update", "photo", "withdraw"})
"""What the forms on the page ask to be done."""
COMMENT_CHARACTERS_MAX = 1000


def entrance(lang: Lang, wrong: Problem | None = None) -> Html:
    """Where the code is asked for."""
    fields = Fields(lang, problem=wrong)
    shown = together(
        fields.line(Field("code", text("page.your_code", lang), required=True, autocomplete="off")),
        hidden("lang", lang),
        tag("button", text("page.show", lang)),
    )
    return together(other_langs(lang), fields.summary(), tag("form", shown, method="post"))


class Shown:
    """Who looks, with which code, and what became of what was asked to be done, if anything."""

    def __init__(self, code: str, lang: Lang, sent: FormData, wrong: Problem | None = None) -> None:
        self.code = code
        self.lang = lang
        self.action = sent.first("action") or ""
        self.acted = Fields(lang, sent, wrong, prefix=f"{self.action}-") if wrong else None
        """The fields of the form that was sent, if something was wrong with it."""

    def fields(self, action: str) -> Fields:
        """The fields of the form for an action."""
        if self.acted is not None and action == self.action:
            return self.acted
        return Fields(self.lang, prefix=f"{action}-")


def status(request: ServiceRequest, category: str, shown: Shown) -> Html:
    """How the request stands, and what its holder may do."""
    forms = list(_actions(request, shown))
    return together(
        _outcome(shown),
        _facts(request, category, shown.lang),
        *_updates(request, shown.lang),
        *forms,
        *_other_langs(shown),
    )


def said(sent: FormData) -> Said:
    """What the holder says afterwards; ``RequestValidationError`` names the fields at fault."""
    names = ("resolved", "satisfaction", "text")
    given = {name: value for name in names if (value := sent.first(name))}
    body = validated(FollowUpBody, given)
    return Said(body.resolved, body.satisfaction, body.text)


def written(sent: FormData) -> str:
    """What the holder writes; ``RequestValidationError`` as for ``said``."""
    return validated(UpdateBody, {"text": sent.first("text")}).text


def _outcome(shown: Shown) -> Html:
    """What was wrong, or that it is done."""
    if shown.acted is not None:
        return shown.acted.summary()
    if shown.action not in ACTIONS:
        return Html()
    return tag("p", text("page.done", shown.lang), class_="done", role="status")


def _facts(request: ServiceRequest, category: str, lang: Lang) -> Html:
    told = {
        "page.state": label(f"request.{request.state}", lang),
        "page.number": request.number,
        "page.category": category,
        "page.asked": request.description,
        "page.visibility": label(f"visible.{request.visibility}", lang),
        "page.submitted_at": moment(request.submitted_at),
        "page.due_at": moment(request.due_at),
        "page.photos_kept": str(len(request.photos)) if request.photos else None,
        "page.refusal": request.refusal.note if request.refusal else None,
        "page.referred_to": request.referral.to if request.referral else None,
        "page.resolution": request.resolution,
    }
    return facts(told, lang, "state")


def _updates(request: ServiceRequest, lang: Lang) -> Iterator[Html]:
    shown = [each for each in request.updates if each.audience is not Audience.INTERNAL]
    if shown:
        yield tag("h2", text("page.updates", lang))
        yield tag("ul", *(tag("li", f"{moment(each.at)} ", each.text) for each in reversed(shown)))


def _actions(request: ServiceRequest, shown: Shown) -> Iterator[Html]:
    """A form for each thing that may be done in this state."""
    may, lang = TRANSITIONS[request.state], shown.lang
    if Action.REOPEN in may:
        rating = rating_fields(shown.fields("rate"), lang)
        yield _form("rate", shown, *rating, tag("button", text("page.rate", lang)))
    if Action.UPDATE in may and len(request.updates) < UPDATES_MAX:
        words = Field("text", text("page.write", lang), "", True, UPDATE_CHARACTERS_MAX)
        button = tag("button", text("page.send_words", lang), class_="second")
        yield _form("update", shown, shown.fields("update").lines(words), button)
    if Action.UPDATE in may and len(request.photos) < PHOTOS_MAX:
        photo = Field("photo", text("page.photo", lang), text("page.photo_hint", lang), True)
        button = tag("button", text("page.add_photo", lang), class_="second")
        yield _form("photo", shown, shown.fields("photo").file(photo, PICTURES), button)
    if Action.WITHDRAW in may:
        asked = tag("p", text("page.withdraw_sure", lang))
        button = tag("button", text("page.withdraw_yes", lang))
        sure = _form("withdraw", shown, asked, button)
        yield tag("details", tag("summary", text("page.withdraw", lang)), sure)


def rating_fields(fields: Fields, lang: Lang) -> tuple[Html, ...]:
    """The question whether it was solved, and how well: ``said`` reads the answer."""
    answers = ((each.value, label(f"solved.{each}", lang)) for each in Answer)
    grades = (
        (str(each), f"{each} {label(f'satisfaction.{each}', lang)}")
        for each in range(SATISFACTION_MAX, SATISFACTION_MIN - 1, -1)
    )
    comment = Field("text", text("page.comment", lang), length_max=COMMENT_CHARACTERS_MAX)
    return (
        fields.choices(Field("resolved", text("page.was_it_solved", lang), required=True), answers),
        fields.choices(Field("satisfaction", text("page.satisfaction", lang)), grades),
        fields.lines(comment),
    )


def _other_langs(shown: Shown) -> Iterator[Html]:
    """The same in the other languages: by a form, since the code stands in no address."""
    for lang in LANGS:
        if lang != shown.lang:
            words = tag("button", text("page.language", lang), class_="second", lang=lang)
            fields = together(hidden("code", shown.code), hidden("lang", lang), words)
            yield tag("form", fields, method="post")


def _form(action: str, shown: Shown, *fields: Html) -> Html:
    return tag(
        "form",
        hidden("code", shown.code),
        hidden("action", action),
        hidden("lang", shown.lang),
        *fields,
        method="post",
        enctype="multipart/form-data",
    )
