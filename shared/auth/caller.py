"""The caller of a request, as far as the code may know it."""

from dataclasses import dataclass
from typing import Literal

from shared.errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Caller:
    """A person with roles or a machine with a key, with scopes in some communities; or a guest:
    somebody who did not say who it is, and may only what an open route or a code of its own
    allows."""

    id: str
    """The person's id, or the API key's."""
    kind: Literal["person", "machine", "guest"] = "person"
    roles: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    branch: str | None = None
    company: str | None = None
    scopes: frozenset[str] = frozenset()
    estates: tuple[str, ...] | None = None
    """The estates that a machine is bound to; None: all of its communities."""
    below: str | None = None
    """The one address that a code opens, with all below it; None: any that the scopes open."""

    def may(self, community: str) -> None:
        """Passes if the community is one of the caller's.

        ``NotFound`` if not: that something exists in another community is nobody else's business.
        """
        if community not in self.communities:
            raise NotFound("access.not_found")

    def may_go(self, path: str) -> None:
        """Passes if the caller is not bound to another address; ``NotFound`` if it is."""
        if self.below is not None and not f"{path}/".startswith(f"{self.below}/"):
            raise NotFound("access.not_found")

    def may_estate(self, estate_id: str) -> None:
        """Passes if the caller is not bound to other estates; ``NotFound`` if it is."""
        if self.estates is not None and estate_id not in self.estates:
            raise NotFound("access.not_found")

    def one_community(self, told: str | None = None) -> str:
        """The community that the caller told, or else its only one.

        ``NotFound`` if it told one that is not its own; ``NotAllowed`` if it told none and has none
        or several.
        """
        if told is not None:
            self.may(told)
            return told
        if len(self.communities) != 1:
            raise NotAllowed("access.which_community", count=len(self.communities))
        return self.communities[0]

    def is_a(self, *roles: str) -> bool:
        """Whether the caller holds one of these roles."""
        return any(role in self.roles for role in roles)
