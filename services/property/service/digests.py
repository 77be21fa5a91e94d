"""Hashes by which is found what is not told: plates and codes of an estate, and who rated."""

import hashlib
import hmac

from services.property.domain.plate import alike


class Digests:
    """HMAC-SHA256 under a key of the service's own, in hexadecimal.

    Bound to the estate, or to what is rated: that it is the same twice cannot be seen from what is
    kept.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def plate(self, estate_id: str, plate: str) -> str:
        """The same for all plates that are one to a camera."""
        return self._digest("plate", estate_id, alike(plate))

    def code(self, estate_id: str, code: str) -> str:
        """Of a one-time code."""
        return self._digest("code", estate_id, code)

    def rater(self, month_of: str, person_id: str) -> str:
        """Of who rates a month; whoever knows all ids cannot try whose rating one is."""
        return self._digest("rater", month_of, person_id)

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()
