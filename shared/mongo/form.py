"""The form in which an aggregate's own fields are kept: what says nothing is left out."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from operator import attrgetter
from typing import Any, Generic

from shared.store import A


class Form(Generic[A]):
    """What there is to know of an aggregate's kind, a dataclass, before one of it comes."""

    def __init__(self, kind: type[A]) -> None:
        """``TypeError`` for a kind whose fields cannot all be given by their place."""
        own = fields(kind)  # type: ignore[arg-type]
        if not all(field.init and not field.kw_only for field in own):
            raise TypeError(f"{kind.__name__}: a field that cannot be given by its place")
        self._kind: Callable[..., A] = kind
        self._values = attrgetter(*(field.name for field in own))
        self._version = [field.name for field in own].index("version")
        bare = {field.name for field in own if _has_no_default(field)}
        self._restored = tuple(sorted(bare - {"id", "community", "version"}))
        self._left_out = bare | {field.name for field in own if field.default is None}

    def at_version(self, aggregate: A, version: int) -> A:
        """The same aggregate at another version; ``dataclasses.replace`` takes twice as long."""
        values = list(self._values(aggregate))
        values[self._version] = version
        return self._kind(*values)

    def kept(self, values: dict[str, Any]) -> dict[str, Any]:
        """The fields of a new document: without those that are None and come back as None."""
        left_out = self._left_out
        return {
            name: value
            for name, value in values.items()
            if value is not None or name not in left_out
        }

    def restore(self, document: dict[str, Any]) -> None:
        """Put back, in place, what was left out and has no default that gives it."""
        for name in self._restored:
            document.setdefault(name)


def _has_no_default(field: Any) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
