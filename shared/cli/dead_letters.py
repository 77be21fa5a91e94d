"""``linli dead-letters``: look at what could not be handled, send it back, or drop it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from shared.bus import DeadLetter, DeadLetters
from shared.cli.topology import broker_url, definitions_option, read_definitions
from shared.cli.words import Words
from shared.errors import Malformed

LIST_DEFAULT = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters are meant: those that all that is told is true of."""

    ids: tuple[str, ...] = ()
    type: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __call__(self, letter: DeadLetter) -> bool:
        """Whether this letter is meant; one without a time is in no time span."""
        return (
            (not self.ids or letter.id in self.ids)
            and (self.type is None or letter.type == self.type)
            and (self.reason is None or self.reason in letter.reason)
            and self._in_time(letter.first_seen)
        )

    @property
    def is_open(self) -> bool:
        """Whether it means every letter."""
        return self == Filter()

    def _in_time(self, seen: datetime | None) -> bool:
        if self.since is None and self.until is None:
            return True
        if seen is None:
            return False
        return (self.since is None or seen >= self.since) and (
            self.until is None or seen < self.until
        )


def command(words: Words) -> click.Group:
    """``linli dead-letters``."""

    @click.group("dead-letters", help=words.of("cli.help_dead_letters"))
    def dead_letters() -> None:
        pass

    for made in (_list(words), _show(words), _replay(words), _drop(words)):
        dead_letters.add_command(made)
    return dead_letters


def _list(words: Words) -> click.Command:
    @click.command("list", help=words.of("cli.help_dead_list"))
    @click.option("--limit", type=click.IntRange(1, 10_000), default=LIST_DEFAULT)
    @_choosing(words)
    def listed(queues: list[str], meant: Filter, limit: int) -> None:
        found = asyncio.run(_look(words, queues, meant, limit))
        for letter in found:
            click.echo(
                "\t".join(
                    (
                        letter.queue,
                        letter.id or "-",
                        letter.type or "-",
                        letter.reason,
                        str(letter.attempts),
                        letter.first_seen.isoformat() if letter.first_seen else "-",
                    )
                )
            )
        words.say("cli.dead_listed", count=len(found), queues=len(queues))

    return listed


def _show(words: Words) -> click.Command:
    @click.command("show", help=words.of("cli.help_dead_show"))
    @_choosing(words)
    def show(queues: list[str], meant: Filter) -> None:
        found = asyncio.run(_look(words, queues, meant, LIST_DEFAULT))
        if not found:
            words.fail("cli.dead_none")
        for letter in found:
            click.echo(f"{letter.queue}\t{letter.id}\t{letter.reason}")
            click.echo(letter.body.decode("utf-8", "backslashreplace"))

    return show


def _replay(words: Words) -> click.Command:
    @click.command("replay", help=words.of("cli.help_dead_replay"))
    @click.option("--all", "every", is_flag=True, help=words.of("cli.help_dead_all"))
    @_choosing(words)
    def replay(queues: list[str], meant: Filter, every: bool) -> None:
        _settle(words, queues, meant, every, (DeadLetters.replay, "cli.dead_replayed"))

    return replay


def _drop(words: Words) -> click.Command:
    @click.command("drop", help=words.of("cli.help_dead_drop"))
    @click.option("--all", "every", is_flag=True, help=words.of("cli.help_dead_all"))
    @_choosing(words)
    def drop(queues: list[str], meant: Filter, every: bool) -> None:
        _settle(words, queues, meant, every, (DeadLetters.drop, "cli.dead_dropped"))

    return drop


Settling = Callable[[DeadLetters, str, Filter], Awaitable[list[DeadLetter]]]


def _settle(
    words: Words, queues: list[str], meant: Filter, every: bool, how: tuple[Settling, str]
) -> None:
    """Do it queue by queue, and say of each letter and in sum what was done."""
    if meant.is_open and not every:
        words.fail("cli.dead_which")
    settle, done_text = how
    letters = DeadLetters(broker_url(words))
    done: list[DeadLetter] = []

    async def all_of_them() -> None:
        for queue in queues:
            for letter in await settle(letters, queue, meant):
                done.append(letter)
                click.echo(f"{letter.queue}\t{letter.id or '-'}\t{letter.type or '-'}")

    try:
        asyncio.run(all_of_them())
    finally:
        words.say(done_text, count=len(done))


async def _look(words: Words, queues: Sequence[str], meant: Filter, limit: int) -> list[DeadLetter]:
    letters = DeadLetters(broker_url(words))
    found: list[DeadLetter] = []
    for queue in queues:
        found += [letter for letter in await letters.oldest(queue, limit=limit) if meant(letter)]
    return found


def _choosing(words: Words) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options that say which letters are meant; without ``--queue`` in every queue."""

    def decorate(run: Callable[..., None]) -> Callable[..., None]:
        def chosen(
            queue: tuple[str, ...],
            definitions: Path,
            message_id: tuple[str, ...],
            since: str | None,
            until: str | None,
            **rest: Any,
        ) -> None:
            meant = Filter(
                ids=message_id,
                type=rest.pop("event_type"),
                reason=rest.pop("reason"),
                since=_moment(since),
                until=_moment(until),
            )
            queues = list(queue) or _queues(words, definitions)
            run(queues=queues, meant=meant, **rest)

        chosen.__click_params__ = getattr(run, "__click_params__", [])  # type: ignore[attr-defined]
        for option in reversed(
            (
                click.option("--queue", multiple=True, help=words.of("cli.help_dead_queue")),
                click.option("--id", "message_id", multiple=True),
                click.option("--type", "event_type"),
                click.option("--reason"),
                click.option("--since", help=words.of("cli.help_dead_time")),
                click.option("--until", help=words.of("cli.help_dead_time")),
                definitions_option(words),
            )
        ):
            option(chosen)
        return chosen

    return decorate


def _queues(words: Words, definitions: Path) -> list[str]:
    """Every queue that has one for its dead, by the definitions file."""
    names = {str(queue["name"]) for queue in read_definitions(words, definitions)["queues"]}
    return sorted(name for name in names if f"{name}.dead" in names)


def _moment(told: str | None) -> datetime | None:
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise Malformed("cli.bad_time", time=told) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
