"""Some fields of an aggregate, each sealed by itself at its own place and opened there alone."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from shared.sealing import Sealer
from shared.store import Aggregate


class SealedFields:
    """Seals the named fields of aggregates of a kind; the others go as they are."""

    def __init__(self, sealer: Sealer, kinds: Mapping[str, TypeAdapter[Any]]) -> None:
        self._sealer = sealer
        self._kinds = kinds

    def seal(self, aggregate: Aggregate) -> dict[str, Any]:
        """All fields by their names, as they are written."""
        told = _by_name(aggregate)
        for name, kind in self._kinds.items():
            content = kind.dump_json(told[name])
            told[name] = self._sealer.seal(content, place=f"{aggregate.id}/{name}")
        return told

    def opened(self, sealed: Aggregate) -> dict[str, Any]:
        """All fields by their names again, but those that were never written; ``Unavailable``."""
        told = _by_name(sealed)
        for name, kind in self._kinds.items():
            text = told.pop(name)
            if text is not None:
                content = self._sealer.open(text, place=f"{sealed.id}/{name}")
                told[name] = kind.validate_json(content)
        return told


def _by_name(aggregate: Aggregate) -> dict[str, Any]:
    return {each.name: getattr(aggregate, each.name) for each in fields(aggregate)}  # type: ignore[arg-type]
