"""Points at which a test kills the process, to show that nothing is lost between two steps.

``LINLI_FAULT_POINT`` names one point; the process kills itself there with SIGKILL, once: the file
named by ``LINLI_FAULT_MARK`` is made first, and a process that finds it passes. Without the
variable a point costs one comparison. Production sets neither.
"""

import os
import signal
from pathlib import Path

_POINT = os.environ.get("LINLI_FAULT_POINT", "")
_MARK = os.environ.get("LINLI_FAULT_MARK", "")


def fault_point(name: str) -> None:
    """Die here if a test asked for it and it has not happened yet."""
    if name != _POINT or not _MARK:
        return
    mark = Path(_MARK)
    if mark.exists():
        return
    mark.write_text(name, encoding="utf-8")
    os.kill(os.getpid(), signal.SIGKILL)
