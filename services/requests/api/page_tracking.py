"""The page on which the holder of a tracking code follows its request: what is shown on it, and
what is read from it."""

from collections.abc import Iterator
from datetime import datetime

from services.requests.api.conversation import UpdateBody
from services.requests.api.page_report import validated
from services.requests.api.request_forms import FollowUpBody
from services.requests.domain.follow_up import SATISFACTION_MAX, SATISFACTION_MIN, Answer
from services.requests.domain.photo import PHOTOS_MAX
from services.requests.domain.progress import UPDATE_CHARACTERS_MAX, UPDATES_MAX, Audience
from services.requests.domain.request import TRANSITIONS, Action, ServiceRequest
from services.requests.domain.submission import BEIJING
from services.requests.service.request import Said
from shared.texts import Lang, label, text
from shared.web.form_data import FormData
from shared.web.markup import Html, other_langs, tag, together


def entrance(lang: Lang, fault: Html | None = None) -> Html:
    """Where the code is asked for."""
    return together(
        other_langs(lang),
        fault or Html(),
        tag(
            "form",
            tag("label", text("page.your_code", lang), for_="code"),
            tag("input", id="code", name="code", required=True, autocomplete="off"),
            tag("input", type="hidden", name="lang", value=lang),
            tag("button", text("page.show", lang)),
            method="post",
        ),
    )


def status(
    request: ServiceRequest, category: str, code: str, lang: Lang, fault: Html | None = None
) -> Html:
    """How the request stands, and what its holder may do."""
    return together(
        fault or Html(),
        tag("dl", *_facts(request, category, lang)),
        *_updates(request, lang),
        *_actions(request, code, lang),
    )


def said(sent: FormData) -> Said:
    """What the holder says afterwards; ``RequestValidationError`` names the fields at fault."""
    names = ("resolved", "satisfaction", "text")
    body = validated(FollowUpBody, {name: sent.first(name) or None for name in names})
    return Said(body.resolved, body.satisfaction, body.text)


def written(sent: FormData) -> str:
    """What the holder writes; ``RequestValidationError`` as for ``said``."""
    return validated(UpdateBody, {"text": sent.first("text")}).text


def _facts(request: ServiceRequest, category: str, lang: Lang) -> Iterator[Html]:
    told = {
        "page.number": request.number,
        "page.category": category,
        "page.state": label(f"request.{request.state}", lang),
        "page.asked": request.description,
        "page.visibility": label(f"visible.{request.visibility}", lang),
        "page.submitted_at": moment(request.submitted_at),
        "page.due_at": moment(request.due_at),
        "page.photos_kept": str(len(request.photos)) if request.photos else None,
        "page.refusal": request.refusal.note if request.refusal else None,
        "page.referred_to": request.referral.to if request.referral else None,
        "page.resolution": request.resolution,
    }
    for code, value in told.items():
        if value is not None:
            yield tag("dt", text(code, lang))
            yield tag("dd", value)


def _updates(request: ServiceRequest, lang: Lang) -> Iterator[Html]:
    shown = [each for each in request.updates if each.audience is not Audience.INTERNAL]
    if shown:
        yield tag("h2", text("page.updates", lang))
        yield tag("ul", *(tag("li", f"{moment(each.at)} ", each.text) for each in reversed(shown)))


def _actions(request: ServiceRequest, code: str, lang: Lang) -> Iterator[Html]:
    """A form for each thing that may be done in this state."""
    may = TRANSITIONS[request.state]
    if Action.REOPEN in may:
        yield _form("rate", code, lang, *rating_fields(lang), button=text("page.rate", lang))
    if Action.UPDATE in may and len(request.updates) < UPDATES_MAX:
        words = tag(
            "textarea",
            name="text",
            required=True,
            maxlength=str(UPDATE_CHARACTERS_MAX),
            aria_label=text("page.write", lang),
        )
        yield _form("update", code, lang, words, button=text("page.write", lang))
    if Action.UPDATE in may and len(request.photos) < PHOTOS_MAX:
        picker = tag(
            "input",
            name="photo",
            type="file",
            required=True,
            accept="image/jpeg,image/png,image/webp",
            aria_label=text("page.photo", lang),
        )
        yield _form("photo", code, lang, picker, button=text("page.add_photo", lang))
    if Action.WITHDRAW in may:
        yield _form("withdraw", code, lang, button=text("page.withdraw", lang))


def rating_fields(lang: Lang) -> tuple[Html, ...]:
    """The question whether it was solved, and how well: ``said`` reads the answer."""
    answers = (
        tag(
            "label",
            tag("input", type="radio", name="resolved", value=each, required=True),
            f" {label(f'solved.{each}', lang)}",
        )
        for each in Answer
    )
    grades = (
        tag("option", str(each), value=str(each))
        for each in range(SATISFACTION_MAX, SATISFACTION_MIN - 1, -1)
    )
    return (
        tag("h2", text("page.was_it_solved", lang)),
        *answers,
        tag("label", text("page.satisfaction", lang), for_="satisfaction"),
        tag("select", tag("option", value=""), *grades, id="satisfaction", name="satisfaction"),
        tag("label", text("page.comment", lang), for_="text"),
        tag("textarea", id="text", name="text", maxlength="1000"),
    )


def _form(action: str, code: str, lang: Lang, *fields: Html, button: str) -> Html:
    return tag(
        "form",
        tag("input", type="hidden", name="code", value=code),
        tag("input", type="hidden", name="action", value=action),
        tag("input", type="hidden", name="lang", value=lang),
        *fields,
        tag("button", button),
        method="post",
        enctype="multipart/form-data",
    )


def moment(at: datetime | None) -> str | None:
    """As a clock on the wall shows it in China."""
    return None if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
