"""`python -m deploy.local`: what the Makefile calls.

up              run the platform (STORY=0, DETACH=1, MONGO_URL, AMQP_URL, PORT_...)
down            stop it
clean           stop it and forget its data
demo-data       load the demo into the platform that runs
"""

import os
import sys
from pathlib import Path

from deploy.local.fetch import ROOT
from deploy.local.words import Halt

INTERRUPTED = 130
HOME = Path(os.environ.get("LINLI_LOCAL_HOME") or ROOT / ".local")
"""Where the local platform keeps everything; tests choose another."""


def main(arguments: list[str]) -> int:
    """Run one command; the exit status says whether it was done."""
    try:
        return _run(arguments)
    except Halt as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    # each command loads what it needs alone: stopping must not depend on the services' libraries
    match arguments:
        case ["up"]:
            from deploy.local.options import Options
            from deploy.local.run import up

            return up(Options.read(os.environ, HOME))
        case ["demo-data"]:
            from deploy.local.demo import demo_data

            return demo_data(HOME)
        case ["parts", folder, owner]:
            from deploy.local import session

            return session.run(Path(folder), int(owner), os.environ.get("TEST_PARTS", ""))
        case ["down" | "clean" | "guard" as command, *rest]:
            from deploy.local import end

            home = Path(rest[0]) if rest else HOME
            return {"down": end.down, "clean": end.clean, "guard": end.guard}[command](home)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
