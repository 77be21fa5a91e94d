"""Reads a page as a browser does, for the tests of pages."""

from html.parser import HTMLParser

CONTROLS = frozenset({"input", "select", "textarea"})


class Read(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, and its text."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._depths: dict[str, int] = {}
        self.bare: list[str | None] = []
        """The controls that neither a label is for, nor one is around."""
        self.feed(told)
        self.close()
        called = {attrs.get("for") for name, attrs in self.tags if name == "label"}
        self.bare = [each for each in self.bare if each not in called]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        said = dict(attrs)
        self.tags.append((tag, said))
        self._depths[tag] = self._depths.get(tag, 0) + 1
        shown = tag in CONTROLS and said.get("type") != "hidden"
        if shown and not self._depths.get("label"):
            self.bare.append(said.get("id"))

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        self._depths[tag] = self._depths.get(tag, 0) - 1

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.text += data

    def every(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """The tags of this name that bear these attributes."""
        return [
            said
            for name, said in self.tags
            if name == tag and all(said.get(key) == value for key, value in wanted.items())
        ]

    def one(self, identity: str) -> dict[str, str | None]:
        """The one tag of this id."""
        (found,) = [said for _, said in self.tags if said.get("id") == identity]
        return found

    def ids(self) -> list[str]:
        """All ids, as they come."""
        return [identity for _, said in self.tags if (identity := said.get("id")) is not None]
