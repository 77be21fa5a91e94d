"""Some fields of an aggregate, each sealed by itself at its own place and opened there alone."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, field, fields, make_dataclass
from typing import Any, Generic, get_type_hints

from pydantic import TypeAdapter

from shared.mongo.sealed import S
from shared.sealing import Sealer
from shared.store import A, Aggregate


def written(kind: type[Any], sealed: Iterable[str]) -> type[Any]:
    """An aggregate's kind, a dataclass, as it is kept: the same fields with the same defaults, of
    which the named ones are texts. One that has a default and was never written is None."""
    hints, apart = get_type_hints(kind), frozenset(sealed)

    def kept(name: str, default: Any) -> tuple[str, Any] | tuple[str, Any, Any]:
        if default is MISSING:
            return name, str if name in apart else hints[name]
        if name in apart:
            return name, str | None, field(default=None)
        return name, hints[name], field(default=default)

    shape = [kept(each.name, each.default) for each in fields(kind)]
    return make_dataclass(f"Sealed{kind.__name__}", shape, frozen=True, slots=True)


class SealedFields(Generic[A, S]):
    """Seals the named fields of aggregates of a kind; the others go as they are.

    ``written`` is the kind as it is kept, with the same fields, of which the sealed ones are texts
    (``written`` makes it).
    """

    def __init__(
        self,
        sealer: Sealer,
        kind: type[A],
        written: type[S],
        sealed: Mapping[str, TypeAdapter[Any]],
    ) -> None:
        self._sealer = sealer
        self._kind = kind
        self._written = written
        self._sealed = sealed

    def seal(self, aggregate: A) -> S:
        """The aggregate as it is written."""
        told = _by_name(aggregate)
        for name, kind in self._sealed.items():
            content = kind.dump_json(told[name])
            told[name] = self._sealer.seal(content, place=_place(aggregate, name))
        return self._written(**told)

    def opened(self, sealed: S) -> A:
        """The aggregate again; what was never written is left to its default. ``Unavailable``."""
        told = _by_name(sealed)
        for name, kind in self._sealed.items():
            text = told.pop(name)
            if text is not None:
                content = self._sealer.open(text, place=_place(sealed, name))
                told[name] = kind.validate_json(content)
        return self._kind(**told)


class SealedText(Generic[A, S]):
    """Seals one text of aggregates of a kind, which then stands in ``sealed_<name>`` beside it.

    A text written before it was sealed is read as it is, and sealed by the next write.
    """

    def __init__(self, sealer: Sealer, kind: type[A], written: type[S], name: str) -> None:
        self._sealer = sealer
        self._kind = kind
        self._written = written
        self._name = name
        self._apart = f"sealed_{name}"

    def seal(self, aggregate: A) -> S:
        """The aggregate as it is written."""
        told = _by_name(aggregate)
        text = told[self._name]
        told[self._name] = told[self._apart] = None
        if text is not None:
            place = _place(aggregate, self._name)
            told[self._apart] = self._sealer.seal(text.encode(), place=place)
        return self._written(**told)

    def opened(self, sealed: S) -> A:
        """The aggregate again. ``Unavailable``."""
        told = _by_name(sealed)
        text = told.pop(self._apart)
        if text is not None:
            place = _place(sealed, self._name)
            told[self._name] = self._sealer.open(text, place=place).decode()
        return self._kind(**told)


def _by_name(aggregate: Aggregate) -> dict[str, Any]:
    return {each.name: getattr(aggregate, each.name) for each in fields(aggregate)}  # type: ignore[arg-type]


def _place(aggregate: Aggregate, name: str) -> str:
    return f"{aggregate.id}/{name}"
