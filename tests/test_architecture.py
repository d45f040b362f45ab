"""The rules of ARCHITECTURE.md: who may import whom, what opens the window, who judges photos."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from kindred.engine.types import FileFacts, PhotoInfo

ROOT = Path(__file__).resolve().parents[1]
BASE = {
    f"engine.{name}"
    for name in (
        "types",
        "pairs",
        "errors",
        "messages",
        "progress",
        "paths",
        "digest",
        "confirmed",
        "file_types",
        "signatures",
    )
}
STAGES = {
    f"engine.{name}"
    for name in ("decoding", "embedding", "metadata", "retrieval", "store", "verification")
}
LIBRARY = STAGES | {"engine.grouping", "engine.judgement", "engine.removal", "engine.scan"}
WIDGETS = {"gui.services", "gui.widgets"}
PAGES = {
    "gui.folders",
    "gui.history",
    "gui.incoming",
    "gui.library",
    "gui.removal",
    "gui.review",
    "gui.search",
    "gui.settings",
}
MAY_IMPORT = {  # beside itself and BASE
    **{f"engine.{name}": set() for name in ("metadata", "embedding", "retrieval", "store")},
    "engine.decoding": {"engine.metadata"},
    "engine.verification": {"engine.decoding"},
    "engine.judgement": {"engine.metadata", "engine.store", "engine.verification"},
    "engine.grouping": {
        "engine.judgement",
        "engine.metadata",  # what sidecars say
        "engine.store",
        "engine.verification",
    },
    "engine.removal": {"engine.metadata", "engine.store"},
    "engine.scan": STAGES | {"engine.judgement"},
    "engine.search": STAGES,
    "engine.library": LIBRARY | {"engine.search"},
    "engine.incoming": {
        "engine.decoding",
        "engine.judgement",
        "engine.library",
        "engine.removal",  # the trash
    },
    "engine.reports": {"engine.decoding", "engine.judgement"},
    "engine.cli": {
        "engine.incoming",
        "engine.judgement",
        "engine.library",
        "engine.removal",
        "engine.reports",
    },
    "gui.services": {
        "engine.decoding",  # thumbnails
        "engine.judgement",  # the names of keeper rules
        "engine.library",
        "engine.removal",  # the system's trash
    },
    "gui.widgets": {"gui.services"},
    "gui.compare": WIDGETS | {"engine.decoding", "engine.judgement", "engine.verification"},
    **dict.fromkeys(("gui.folders", "gui.history", "gui.library"), WIDGETS),
    "gui.removal": WIDGETS | {"engine.removal"},  # a plan without what was not agreed to
    "gui.incoming": WIDGETS | {"engine.incoming"},
    "gui.settings": WIDGETS | {"engine.judgement"},
    "gui.review": WIDGETS | {"gui.compare", "engine.judgement", "engine.reports"},
    "gui.search": WIDGETS | {"gui.compare"},
    "gui.window": WIDGETS | PAGES,
    "gui.app": WIDGETS | {"gui.window", "engine.library"},
    "__main__": {"gui.app", "engine.cli"},
}
HEAVY = {"PIL", "blake3", "cv2", "faiss", "numpy", "onnxruntime", "openvino", "pillow_heif", "ray"}
HEAVY |= {"rawpy", "safetensors", "scipy", "simplejpeg", "sqlite3", "torch", "torchvision"}
# A size in pixels is also what is painted; words and numbers below are the engine's to weigh.
FACTS = {field.name for value in (PhotoInfo, FileFacts) for field in fields(value)}
FACTS -= {"width", "height", "format", "label", "title"}
ORDERING = ast.Lt | ast.LtE | ast.Gt | ast.GtE
ORDERED_BY = {"min", "max", "sorted", "sort", "nlargest", "nsmallest"}


def imports(tree: ast.AST, *, lazy: bool, typing: bool) -> Iterator[str]:
    """Full names of what is imported; lazy: in functions too; typing: for the type checker too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not typing:
            continue
        elif lazy or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports(node, lazy=lazy, typing=typing)


def package(module: str) -> str:
    """kindred.engine.decoding.raw -> engine.decoding; empty for what is not Kindred's."""
    return ".".join(module.split(".")[1:3]) if module.startswith("kindred.") else ""


def misplaced_imports(module: str, source: str) -> list[str]:
    """The imports of a module that the table does not allow, or that miss `kindred.`."""
    tree, home = ast.parse(source), package(module)
    names = set(imports(tree, lazy=True, typing=True))
    bare = [name for name in names if name.split(".")[0] in ("engine", "gui")]
    if home.startswith("gui"):  # its values may be named anywhere in the window
        runs = set(imports(tree, lazy=True, typing=False))
        names = {name for name in names if name in runs or not name.startswith("kindred.engine")}
    allowed = {"", home, *BASE, *MAY_IMPORT.get(home, BASE)}
    if home in BASE:
        allowed = {"", *BASE}
    wrong = [name for name in names if home and package(name) not in allowed]
    return sorted({*bare, *wrong})


def judged_facts(source: str) -> list[str]:
    """Where facts of photos are put in an order, which only the engine does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            orders = name in ORDERED_BY
        else:
            signs = node.ops if isinstance(node, ast.Compare) else []
            orders = any(isinstance(sign, ORDERING) for sign in signs)
        named = {getattr(n, "attr", getattr(n, "value", None)) for n in ast.walk(node)}
        if orders and not FACTS.isdisjoint(name for name in named if isinstance(name, str)):
            found.append(ast.unparse(node))
    return found


def heavy_way(start: str, sources: Mapping[str, str]) -> list[str]:
    """The modules on a way from `start` to a heavy import, by what runs on import; or nothing."""
    ways = {start: [start]}
    left = [start]
    while left:
        module = left.pop()
        for name in imports(ast.parse(sources[module]), lazy=False, typing=False):
            if name.split(".")[0] in HEAVY:
                return [*ways[module], name]
            parts = name.split(".")
            for inner in (".".join(parts[:n]) for n in range(1, len(parts) + 1)):
                if inner in sources and inner not in ways:
                    ways[inner] = [*ways[module], inner]
                    left.append(inner)
    return []


def modules() -> dict[str, str]:
    """Module name -> source, of the engine, the window and the way to them."""
    found = {
        "main": (ROOT / "main.py").read_text("utf-8"),
        "kindred": (ROOT / "kindred" / "__init__.py").read_text("utf-8"),
        "kindred.__main__": (ROOT / "kindred" / "__main__.py").read_text("utf-8"),
    }
    for path in (*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py")):
        parts = ("kindred", *path.relative_to(ROOT).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path.read_text("utf-8")
    return found


MODULES = modules()


def test_imports_follow_the_table() -> None:
    broken = {name: misplaced_imports(name, source) for name, source in MODULES.items()}
    assert {name: wrong for name, wrong in broken.items() if wrong} == {}


def test_every_package_has_a_place_in_the_table() -> None:
    packages = {package(name) for name in MODULES} - {"", "engine", "gui"}
    assert packages == {*BASE, *MAY_IMPORT}


def test_nothing_else_imports_the_packages_by_their_folders() -> None:
    folders = ("tests", "benchmarks", "training", "packaging", "docs", "kindred")
    paths = [path for folder in folders for path in ROOT.glob(f"{folder}/**/*.py")]
    broken = {
        path: misplaced_imports("", path.read_text("utf-8")) for path in (*paths, ROOT / "main.py")
    }
    assert {path: wrong for path, wrong in broken.items() if wrong} == {}


def test_the_window_judges_no_photos() -> None:
    gui = {name: source for name, source in MODULES.items() if name.startswith("kindred.gui")}
    judged = {name: judged_facts(source) for name, source in gui.items()}
    assert {name: wrong for name, wrong in judged.items() if wrong} == {}


@pytest.mark.parametrize("start", ["main", "kindred.gui.app", "kindred.gui.window.main_window"])
def test_nothing_heavy_is_on_the_way_to_the_window(start: str) -> None:
    assert heavy_way(start, MODULES) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("kindred.engine.decoding.raw", "from kindred.engine.embedding import embedder"),
        ("kindred.engine.verification.verify", "from kindred.engine.store import Store"),
        ("kindred.engine.store.files", "def late():\n    from kindred.engine import library"),
        ("kindred.engine.types", "from kindred.engine.store import Store"),
        ("kindred.engine.cli.export", "import kindred.engine.store.schema"),
        ("kindred.engine.search", "from kindred.gui.services import tasks"),
        ("kindred.gui.widgets.labels", "from kindred.gui.review.marks import Marks"),
        ("kindred.gui.history.history_page", "from kindred.engine.store import Store"),
        (
            "kindred.gui.widgets.labels",
            "if TYPE_CHECKING:\n    from kindred.gui.review.marks import Marks",
        ),
        ("kindred.engine.scan.walker", "from engine.paths import absolute"),
        ("", "import gui.app"),
    ],
)
def test_a_misplaced_import_is_found(module: str, source: str) -> None:
    assert misplaced_imports(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("kindred.engine.scan.walker", "import os\nfrom kindred.engine.paths import absolute"),
        ("kindred.engine.decoding.raw", "from kindred.engine.decoding import formats"),
        ("kindred.gui.history.history_page", "from kindred.engine.types import Batch"),
        (
            "kindred.gui.history.history_page",
            "if TYPE_CHECKING:\n    from kindred.engine.library import Decision",
        ),
    ],
)
def test_an_import_in_its_place_is_none(module: str, source: str) -> None:
    assert misplaced_imports(module, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "one.info.detail > other.info.detail",
        "best = max(photos, key=lambda photo: photo.info.sharpness)",
        "photos.sort(key=attrgetter('info.taken_at', 'jpeg_quality'))",
        "sorted(info.exposure for info in infos)",
        "0 < info.rating <= 5",
        "latest = max(facts.taken_at, other.taken_at)",
    ],
)
def test_a_judgement_in_the_window_is_found(source: str) -> None:
    assert judged_facts(source)


@pytest.mark.parametrize(
    "source",
    ["text(info.detail)", "info.taken_at == other.taken_at", "photo.info.width > widget.width()"],
)
def test_showing_facts_is_no_judgement(source: str) -> None:
    assert judged_facts(source) == []


@pytest.mark.parametrize(
    ("sources", "way"),
    [
        ({"a": "import os, numpy.linalg"}, ["a", "numpy.linalg"]),
        ({"a": "from kindred import b", "kindred.b": "try:\n    from PIL import Image\nfinally: 1"},
         ["a", "kindred.b", "PIL.Image"]),
        ({"a": "import k.b", "k": "import sqlite3", "k.b": ""}, ["a", "k", "sqlite3"]),
        ({"a": "def late():\n    import torch"}, []),
        ({"a": "if TYPE_CHECKING:\n    import cv2"}, []),
    ],
)  # fmt: skip
def test_a_heavy_import_on_the_way_is_found(sources: dict[str, str], way: list[str]) -> None:
    assert heavy_way("a", sources) == way
