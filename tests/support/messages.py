"""What the engine's source tells: each code with the names of the values it is given."""

import ast
import string
from pathlib import Path

from kindred.engine.messages import Code

ENGINE = Path(__file__).resolve().parents[2] / "engine"


def told() -> dict[Code, list[set[str]]]:
    """For each code of the engine, the value names of every call that gives it directly."""
    found: dict[Code, list[set[str]]] = {}
    for file in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and (code := _code(node.args[0])):
                names = {word.arg for word in node.keywords if word.arg}
                found.setdefault(code, []).append(names)
    return found


def used() -> set[Code]:
    """The codes that the engine names anywhere but in the command line's table of words."""
    trees = (
        ast.parse(file.read_text(encoding="utf-8"))
        for file in ENGINE.rglob("*.py")
        if file.name != "words.py"
    )
    return {code for tree in trees for node in ast.walk(tree) if (code := _code(node))}


def fields(*texts: str) -> set[str]:
    """The names of the values that texts ask for."""
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def _code(node: ast.AST) -> Code | None:
    is_code = (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Code"
    )
    return Code[node.attr] if is_code else None
