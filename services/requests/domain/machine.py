"""What another system can be given to do here."""

SUBMIT = "requests:request:submit"
SCOPES = frozenset({SUBMIT})
"""To ask for something, and to hear of it by Open311; never to read what others asked."""
