"""``python -m shared.cli`` is ``linli``."""

from shared.cli.main import main

main()
