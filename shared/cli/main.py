"""The commands together, and what becomes of their errors: clear lines, exit 1."""

import logging
import sys
from collections.abc import Sequence

import click

from shared.cli import dead_letters, keys, reseal, serve, topology
from shared.cli.words import Failed, Words, lang_of
from shared.errors import LinliError
from shared.settings import BadSettings
from shared.texts import LANGS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; ends the process with 0, 1 (it could not be done) or 2 (wrongly asked)."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    words = Words(lang_of(told))
    for chatty in ("aiormq", "aio_pika"):  # one line of ours says it
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    try:
        commands(words).main(told, prog_name="linli", standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except (BadSettings, LinliError, Failed, OSError, click.ClickException) as error:
        click.echo(words.fault(error), err=True)
        sys.exit(1)


def commands(words: Words) -> click.Group:
    """All commands, speaking one language."""
    group = click.Group("linli", help=words.of("cli.help"))
    group.params.append(
        click.Option(
            ["--lang"], type=click.Choice(LANGS), expose_value=False, help=words.of("cli.help_lang")
        )
    )
    for command in (
        serve.command(words),
        keys.token_command(words),
        keys.keys_command(words),
        dead_letters.command(words),
        topology.command(words),
        reseal.command(words),
    ):
        group.add_command(command)
    return group
