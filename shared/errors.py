"""What can go wrong, as one tree; the web makes it problem+json, the bus retry or dead letter.

::

    LinliError
    ├── Invalid            the input can never be accepted as it is          422   dead letter
    │   ├── Malformed      it cannot even be read                            400   dead letter
    │   └── TooLarge       it is over a published limit                      413   dead letter
    ├── NotAuthenticated   nobody knows who is calling                       401
    ├── NotAllowed         known, but without the scope or the community     403
    ├── NotFound           no such thing for this caller                     404   dead letter
    ├── Conflict           right in itself, against what is there            409   dead letter
    │   └── WrongState     the transition table does not allow it            409   dead letter
    ├── Stale              decided on a version that has moved on            412   decide again
    ├── TooMany            over a rate or a count; later it may pass         429   retry
    ├── Unavailable        store, broker or another part is away             503   retry
    │   └── Awaited        what must come first has not been heard yet       503   retry
    └── AlreadyHeard       this very event was handled before                --    acknowledged

An error is a code and facts. The code names a sentence in the catalogue (``shared/texts``), the
facts fill it in; both are safe to show and to log: a fact never holds personal data or a secret.
"""


class LinliError(Exception):
    """Something that the caller should hear of, in words from the catalogue."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code


class Invalid(LinliError):
    """The input can never be accepted as it is; ``pointer`` (a fact) names the field at fault."""


class Malformed(Invalid):
    """The input cannot be read: no JSON, no envelope, a header of the wrong form."""


class TooLarge(Invalid):
    """The input is over a published limit."""


class NotAuthenticated(LinliError):
    """Nobody knows who is calling: no token, or one that does not hold."""


class NotAllowed(LinliError):
    """The caller is known, and lacks the scope or the community for this."""


class NotFound(LinliError):
    """There is no such thing, or none that this caller may see: the two are not told apart."""


class Conflict(LinliError):
    """Right in itself, but against what is there already."""


class WrongState(Conflict):
    """The transition table does not allow this action in this state."""


class Stale(LinliError):
    """Decided on a version that has moved on; nothing was written."""


class TooMany(LinliError):
    """Over a rate or a count; ``retry_after_seconds`` (a fact) says when it may pass."""


class Unavailable(LinliError):
    """A part that is needed is away; nothing half-written, and repeating is safe."""


class Awaited(Unavailable):
    """What must come first has not been heard yet; the message waits for it."""


class AlreadyHeard(LinliError):
    """This very event was handled before: there is nothing to do."""
