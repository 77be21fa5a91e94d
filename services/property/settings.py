"""What the property service can be told from outside: ``PROPERTY_X``, else ``LINLI_X``."""

from shared.settings import CommonSettings, settings_for


class Settings(CommonSettings):
    """The common settings, with variables of this service's own name."""

    model_config = settings_for("property")
