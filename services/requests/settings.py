"""What the requests service can be told from outside: ``REQUESTS_*``, else ``LINLI_*``."""

from shared.settings import CommonSettings, settings_for


class Settings(CommonSettings):
    """What all services share is all that this one needs."""

    model_config = settings_for("requests")
