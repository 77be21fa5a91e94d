"""Events out: one attempt at one receiver, behind the address guard."""

from services.notifications.webhook.guard import AddressDenied, Guard
from services.notifications.webhook.post import WebhookPost

__all__ = ["AddressDenied", "Guard", "WebhookPost"]
