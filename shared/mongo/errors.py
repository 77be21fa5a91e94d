"""The driver's errors, told in ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

from shared.errors import Unavailable

RETRY_AFTER_SECONDS = 2


def away() -> Unavailable:
    """The store did not answer: the outcome is unknown, and repeating is safe."""
    return Unavailable("store.unavailable", retry_after_seconds=RETRY_AFTER_SECONDS)


@contextmanager
def translated() -> Iterator[None]:
    """Any fault of the driver inside becomes ``Unavailable``."""
    try:
        yield
    except PyMongoError as error:
        raise away() from error
