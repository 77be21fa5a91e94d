"""How long what is told of a household may be."""

from shared.errors import Invalid

PERSONS_MAX = 20
NEEDS_MAX = 30


def check_list(items: tuple[str, ...], name: str, *, least: int, most: int) -> None:
    """``Invalid`` for too few or too many, or one that is named twice."""
    if not least <= len(items) <= most:
        raise Invalid(
            "household.list_length", pointer=f"/{name}", field=name, least=least, most=most
        )
    if len(set(items)) != len(items):
        raise Invalid("household.list_repeats", pointer=f"/{name}", field=name)
