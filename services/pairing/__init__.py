"""Pairing owns members, care households, pairings, coverage, care tasks and contributions.

It tells of each (``shared/events/pairing.py``; never a condition, a need or a name).
It hears property.estate.registered; requests.request.assigned, returned, withdrawn, merged,
referred, resolved and reopened; and its own.
"""
