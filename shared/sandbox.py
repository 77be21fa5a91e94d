"""The sandbox (联调环境): communities that integrators try things in, which no figures count.

By their names alone, so that every service knows them without being told: ``sandbox``, and whatever
begins with ``sandbox-`` where several integrators are to be kept apart.
"""

from collections.abc import Iterable

SANDBOX = "sandbox"


def is_sandbox(community: str) -> bool:
    """Whether what happens there is somebody's trial."""
    return community == SANDBOX or community.startswith(f"{SANDBOX}-")


def counted(communities: Iterable[str]) -> tuple[str, ...]:
    """Those of them that figures over several communities count."""
    return tuple(one for one in communities if not is_sandbox(one))
