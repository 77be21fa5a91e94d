"""Who looked at what is confidential, as it is shown."""

from datetime import datetime

from shared.readings import Reading
from shared.web.forms import View


class ReadingView(View):
    """Who looked, when, for what."""

    id: str
    by: str
    at: datetime
    purpose: str

    @classmethod
    def of(cls, reading: Reading) -> "ReadingView":
        """The view of one reading."""
        return cls.model_validate(reading, from_attributes=True)
