"""Days in documents: BSON knows moments only, so a day is kept as it is written (ISO 8601)."""

from datetime import date
from typing import Any

from bson.codec_options import CodecOptions, TypeEncoder, TypeRegistry


class _Day(TypeEncoder):
    @property
    def python_type(self) -> type[date]:
        """What BSON has no form of; a moment (``datetime``) it encodes by itself."""
        return date

    def transform_python(self, value: Any) -> str:
        """Such as ``2026-11-24``, which the codec of an aggregate reads back."""
        day: date = value
        return day.isoformat()


OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True, type_registry=TypeRegistry([_Day()])
)
"""How documents are encoded."""
