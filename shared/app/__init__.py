"""One service, put together: what is plugged into what, in which order it starts and stops."""

from shared.app.assembly import Assembly, assemble
from shared.app.runtime import Runtime
from shared.app.supervisor import Background

__all__ = ["Assembly", "Background", "Runtime", "assemble"]
