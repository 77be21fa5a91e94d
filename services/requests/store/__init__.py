"""How requests, service types and the copies of estates are kept."""

from services.requests.store.deadline_rules import deadline_rules
from services.requests.store.estate import EstateRecords, estates
from services.requests.store.request import requests
from services.requests.store.service_type import service_types, versions
from shared.photos.files import photo_files
from shared.photos.pictures import PillowPictures

__all__ = [
    "EstateRecords",
    "PillowPictures",
    "deadline_rules",
    "estates",
    "photo_files",
    "requests",
    "service_types",
    "versions",
]
