"""Which errors the sources can raise, read from the sources themselves."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def nodes(folder: Path) -> tuple[ast.AST, ...]:
    """What the sources in a folder are made of, tests left out; read once, as it takes a second."""
    return tuple(
        node
        for path in sorted(folder.rglob("*.py"))
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
    )


@cache
def everywhere() -> tuple[ast.AST, ...]:
    """What all services and what they share are made of."""
    return nodes(ROOT / "services") + nodes(ROOT / "shared")


@cache
def error_names() -> frozenset[str]:
    """The error classes of the tree and all that services derive from them."""
    bases: dict[str, set[str]] = {}
    for node in everywhere():
        if isinstance(node, ast.ClassDef):
            bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    found = {"LinliError"}
    while True:
        more = {name for name, above in bases.items() if above & found} - found
        if not more:
            return frozenset(found)
        found |= more


def raised(among: tuple[ast.AST, ...]) -> Iterator[tuple[str, set[str | None]]]:
    """The codes that errors are made with, and the names of the facts; None where more may be."""
    names = error_names()
    for node in among:
        if (
            isinstance(node, ast.Call)
            and called(node) in names
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.args[0].value, {keyword.arg for keyword in node.keywords}


def called(node: ast.Call) -> str | None:
    """The name of what is called, without what it is a part of."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else None
