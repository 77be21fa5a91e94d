"""The timeline of a request over HTTP: who did what when, in the reader's language."""

from datetime import datetime

from fastapi import APIRouter, Request, Response

from services.requests.api.request import PREFIX, Reading, reader_of
from services.requests.domain.timeline import Step, Who, timeline
from services.requests.service.reading import Purpose
from services.requests.service.request import RequestService
from shared.days import on_the_wall
from shared.texts import Lang, label, text
from shared.web import View, answer
from shared.web.exchange import lang_for
from shared.web.forms import PageView, PathId


class TimelineStepView(View):
    """One step: ``text`` says it in the reader's language, ``code`` is the event's participle.

    ``actor`` is the id of who did it, null where that is nobody else's business.
    """

    at: datetime
    sequence: int
    code: str
    who: Who
    actor: str | None
    text: str

    @classmethod
    def of(cls, step: Step, lang: Lang) -> "TimelineStepView":
        """The step in this language; times as the clocks of Beijing show them."""
        return cls(
            at=step.at,
            sequence=step.sequence,
            code=step.code,
            who=step.who,
            actor=step.actor,
            text=words(step, lang),
        )


class TimelineView(PageView[TimelineStepView]):
    """Everything that happened and is for the reader, oldest first."""


def words(step: Step, lang: Lang) -> str:
    """What happened, as a sentence; a fact that was not given leaves a dash."""
    facts: dict[str, object] = {name: label(value, lang) for name, value in step.labels.items()}
    facts |= {name: on_the_wall(moment) for name, moment in step.times.items()}
    facts |= step.plain
    return text(f"timeline.{step.code}", lang, who=label(f"who.{step.who}", lang), **facts)


def router(service: RequestService) -> APIRouter:
    """The route of timelines."""
    api = APIRouter(prefix=f"{PREFIX}/requests/{{request_id}}", tags=["requests"])

    @api.get("/timeline", response_model=TimelineView)
    async def show_timeline(
        request: Request,
        request_id: PathId,
        caller: Reading,
        purpose: Purpose = Purpose.HANDLING,
    ) -> Response:
        """Who did what when (时间线), oldest first, in the language of ``Accept-Language``
        (Chinese if none is asked for); put on record as the request itself."""
        lang = lang_for(request)
        reader = reader_of(caller)
        story = await service.story(request_id, reader, purpose=purpose)
        steps = [TimelineStepView.of(step, lang) for step in timeline(story, reader)]
        response = answer(TimelineView(items=steps, next_cursor=None))
        response.raw_headers += [
            (b"content-language", lang.encode()),
            (b"vary", b"Accept-Language"),
        ]
        return response

    return api
