"""``linli keys init`` and ``linli token``: the embedded issuer, used by hand."""

from datetime import timedelta
from pathlib import Path

import click

from shared.auth import ROLE_SCOPES, Grant, SigningKey, generate_keys, issue_token
from shared.cli.words import Words
from shared.clock import SystemClock
from shared.settings import setting

KEYS_FOLDER = Path(".local/keys")
HOURS_MAX = 24 * 366


def keys_command(words: Words) -> click.Group:
    """``linli keys``."""

    @click.group("keys", help=words.of("cli.help_keys"))
    def keys() -> None:
        pass

    @keys.command("init", help=words.of("cli.help_keys_init"))
    @click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
    def init(folder: Path) -> None:
        try:
            key = generate_keys(folder)
        except FileExistsError:
            words.fail("cli.keys_there", folder=folder)
        words.say("cli.keys_made", folder=folder, kid=key.kid)

    return keys


def token_command(words: Words) -> click.Command:
    """``linli token``."""
    option = click.option

    @click.command("token", help=words.of("cli.help_token"))
    @option("--role", "roles", multiple=True, required=True, type=click.Choice(sorted(ROLE_SCOPES)))
    @option("--person", required=True)
    @option("--community", "communities", multiple=True, required=True)
    @option("--branch")
    @option("--company")
    @option("--scope", "scopes", multiple=True, help=words.of("cli.help_scope"))
    @option("--hours", type=click.IntRange(1, HOURS_MAX), default=8, show_default=True)
    @option(
        "--keys",
        "folder",
        type=click.Path(path_type=Path),
        default=KEYS_FOLDER,
        envvar="LINLI_KEYS",
        show_default=True,
        help=words.of("cli.help_keys_folder"),
    )
    def token(hours: int, folder: Path, scopes: tuple[str, ...], **who: str) -> None:
        try:
            key = SigningKey.load(folder)
        except (OSError, ValueError):
            words.fail("cli.no_keys", folder=folder)
        grant = Grant(scopes=scopes or None, **who)  # type: ignore[arg-type]
        click.echo(
            issue_token(
                key,
                grant,
                now=SystemClock().now(),
                lifetime=timedelta(hours=hours),
                issuer=setting("issuer") or "linli",
                audience=setting("audience") or "linli",
            )
        )

    return token
