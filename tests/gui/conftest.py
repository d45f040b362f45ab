"""What the tests of the window share: services, groups of drawn photos, a library."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kindred.engine.messages import Code, tell
from kindred.engine.paths import Home
from kindred.engine.types import Group, Kind, Member, Photo, PhotoInfo, Reason
from kindred.gui.services import i18n
from kindred.gui.services.context import Context
from kindred.gui.services.preferences import Settings
from kindred.gui.services.tasks import Tasks
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from tests.support.settings_library import SettingsLibrary


@pytest.fixture(autouse=True)
def collect_here(qapp: QApplication) -> Iterator[None]:
    """Cycles are collected on the GUI thread, as in the app: elsewhere Qt objects must not end."""
    gc.disable()
    yield
    # What a test put there itself is a Python object, and Qt would end it after Python has.
    QGuiApplication.clipboard().clear()
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    """English words and light colours, whatever an earlier test chose."""
    i18n.set_language("en")
    theme.choose(qapp, "light")
    yield
    i18n.set_language("en")


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """More patient than pytest-qt: the machine may be slow, or busy with something else."""
    for name in ("waitUntil", "waitSignal", "waitActive"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=60_000))
    return qtbot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "window.ini")


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.close(seconds=20)


@pytest.fixture
def thumbnails(qtbot: QtBot, kindred_home: Home) -> Iterator[Thumbnails]:
    made = Thumbnails(kindred_home.cache / "thumbnails", threads=2)
    yield made
    made.close(seconds=20)


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Photo]:
    """photo(seed, name=..., side=..., **info) draws a picture, writes it and describes it."""

    def make(seed: int, *, name: str = "", side: int = 320, **info: Any) -> Photo:
        path = tmp_path / "photos" / (name or f"{seed}.jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = blurred(seed, (side, side * 3 // 4))
        picture.save(path, quality=90)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        known = PhotoInfo(picture.width, picture.height, "JPEG")
        at = path.stat()
        return Photo(path, digest, seed, at.st_size, at.st_mtime_ns, replace(known, **info))

    return make


@pytest.fixture
def group() -> Callable[..., Group]:
    """group(photos, kind=..., key=...) puts photos together, the first as keeper."""

    def make(photos: list[Photo], *, kind: Kind = Kind.COPY, key: str = "", **more: Any) -> Group:
        stacks = more.pop("stacks", range(len(photos)))
        locked = more.pop("locked", set())
        members = tuple(
            Member(photo, kind, 0.9, stack=stack, protected=photo.path in locked)
            for photo, stack in zip(photos, stacks, strict=True)
        )
        name = key or ",".join(photo.path.name for photo in photos)
        reason = Reason("detail", tell(Code.LARGER, width=8, height=6, others=1))
        return Group(name, kind, members, (reason,), **more)

    return make


@pytest.fixture
def shelf(
    settings: Settings, tasks: Tasks, thumbnails: Thumbnails
) -> Callable[[list[Group]], Context]:
    """shelf(groups) is a context over a library that holds exactly these groups."""

    def make(groups: list[Group]) -> Context:
        shown = list(groups)

        def reject(group: Group) -> list[Group]:
            shown.remove(group)
            return [group]  # it stands for its pairs

        library = SimpleNamespace(
            groups=lambda *, strictness: list(shown),
            first_groups=lambda *, strictness: shown[:1],
            reject=reject,
            unreject=shown.extend,
        )
        return Context(library, tasks, thumbnails, settings)

    return make


def pixels(seed: int) -> np.ndarray:
    """A drawn picture as an array."""
    return np.asarray(blurred(seed, (160, 120)))


def blurred(seed: int, size: tuple[int, int]) -> Image.Image:
    """Soft colours, another for each seed; enough to look at, and quick to draw."""
    corners = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(corners).resize(size, Image.Resampling.BICUBIC)


@pytest.fixture
def settings_library(
    kindred_home: Home, photo: Callable[..., Photo], group: Callable[..., Group]
) -> SettingsLibrary:
    """A library with one group, which the rule "detail" decides."""
    photos = [photo(1, detail=9.0), photo(2, name="longer.jpg", detail=1.0)]
    return SettingsLibrary(kindred_home, [group(photos)])


@pytest.fixture
def settings_context(
    settings_library: SettingsLibrary, tasks: Tasks, thumbnails: Thumbnails, settings: Settings
) -> Context:
    return Context(settings_library, tasks, thumbnails, settings)


@pytest.fixture
def shown(qtbot: QtBot, settings_context: Context) -> Callable[[type[QWidget]], Any]:
    """shown(page) is a page of the settings, made and visible."""

    def make(page: type[QWidget]) -> Any:
        made = page(settings_context)
        qtbot.addWidget(made)
        made.show()
        return made

    return make
