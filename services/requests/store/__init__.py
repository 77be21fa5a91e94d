"""How requests and the copies of estates are kept."""

from services.requests.store.estate import EstateRecords, estates
from services.requests.store.request import requests

__all__ = ["EstateRecords", "estates", "requests"]
