"""Pairing owns members, care households, pairings, coverage, care tasks and contributions.

Beside these the canteen, with its menus and meals, and activities that people sign up for.
Matchings propose who should help whom, and who stands in for whom.
It tells of each (``shared/events/pairing*.py``; never a condition, a need or a name).
It hears property.estate.registered; requests.request.assigned, returned, withdrawn, merged,
referred, resolved and reopened; and its own.
"""
