"""Notifications owns web-hook endpoints, messages, deliveries and the attempts made at them.

It tells how endpoints fare (``shared/events/notifications.py``: ids and reasons, no address).
It hears every event of every service, its own among them, and posts each to who wants it.
"""
