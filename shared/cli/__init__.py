"""``linli``: the command line of those who run the platform."""

from shared.cli.main import main

__all__ = ["main"]
