"""What files are called and say is shown as it is: no widget takes it for markup or obeys it."""

import ast
import io
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPoint,
    QPointF,
    Qt,
    QUrl,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.library import Library
from kindred.engine.removal.trash import folder_trash
from kindred.gui.removal.removal_dialog import RemovalDialog
from kindred.gui.services.preferences import Settings
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.settings.settings_dialog import SettingsDialog
from kindred.gui.widgets.file_menu import file_menu
from kindred.gui.widgets.message_box import message_box
from kindred.gui.window.main_window import MainWindow
from kindred.gui.window.skipped_dialog import SkippedDialog
from tests.engine.metadata.test_sidecars import xmp
from tests.gui.window.test_main_window import answer
from tests.support.drawing import draw

GUI = Path(__file__).parents[2] / "gui"
MARK = "<img src='x.png'><b>\N{RIGHT-TO-LEFT OVERRIDE}gpj\x1b[31m\a\n&amp;"
LABELS = {"PlainLabel", "ElidedLabel", "QLineEdit", "title", "heading", "muted", "hint", "note"}
TREATED = {"plain_tip", "visible_text", "tr", "trn", "elidedText"}
TEXTS = {"setText", "setStatusTip", "setWhatsThis"}
ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


# No untreated text reaches Qt


def name_of(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def is_treated(node: ast.expr, *, tip: bool) -> bool:
    """Whether a text is our own words, or went through the helper for its place."""
    if isinstance(node, ast.IfExp):
        return is_treated(node.body, tip=tip) and is_treated(node.orelse, tip=tip)
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.BoolOp):
        return all(is_treated(value, tip=tip) for value in node.values)
    if not isinstance(node, ast.Call):
        return False
    name = name_of(node.func)
    if name in ("tr", "trn"):  # of a table's text too; {places} are filled with visible text
        return not (tip and any(word.arg != "count" for word in node.keywords))
    if name == "replace" and isinstance(node.func, ast.Attribute):
        return is_treated(node.func.value, tip=tip)
    return name == "plain_tip" if tip else name in TREATED


def labels_of(tree: ast.AST) -> set[str]:
    """Names and attributes of a module that hold labels which show plain text only."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=True)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                for one, value in pairs:
                    made = value.value if isinstance(value, ast.DictComp) else value
                    if isinstance(made, ast.Call) and name_of(made.func) in LABELS:
                        found.add(name_of(one))
    return found


def untreated(source: str) -> list[str]:
    """Where text that files may give would reach Qt as it is."""
    tree = ast.parse(source)
    labels, found = labels_of(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "ToolTipRole" in ast.unparse(node.test):
            found += [
                part
                for part in ast.walk(node)
                if isinstance(part, ast.Return) and not is_treated(part.value, tip=True)
            ]
        if not isinstance(node, ast.Call):
            continue
        name = name_of(node.func)
        on = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in ("QLabel", "QMessageBox") or name_of(on or node) == "QMessageBox":
            found.append(node)
        elif name == "setToolTip":
            found += [] if is_treated(node.args[-1], tip=True) else [node]
        elif name in TEXTS and "clipboard" not in ast.unparse(node.func):
            plain = on is not None and (name_of(on) in labels or ast.unparse(on) == "super()")
            found += [] if plain or is_treated(node.args[-1], tip=False) else [node]
    return [ast.unparse(node) for node in found]


# They make the labels and the boxes.
MAKERS = ("widgets/labels.py", "widgets/message_box.py")


@pytest.mark.parametrize(
    "file", sorted(GUI.rglob("*.py")), ids=lambda file: file.relative_to(GUI).as_posix()
)
def test_text_of_files_reaches_qt_through_the_helpers(file: Path) -> None:
    if file.relative_to(GUI).as_posix() not in MAKERS:
        assert untreated(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "x.setToolTip(str(path))",
        "x.setToolTip(tr('{name} stays', name=path.name))",
        "x.setToolTip(0, said)",
        "x.setStatusTip(said)",
        "button.setText(path.name)",
        "QLabel(path.name)",
        "QMessageBox(parent)",
        "QMessageBox.warning(parent, title, said)",
    ],
)
def test_the_rule_sees_untreated_text(line: str) -> None:
    assert untreated(line) == [line]


def test_the_rule_sees_an_untreated_tip_of_a_row() -> None:
    source = "def data(role):\n    if role == ToolTipRole:\n        return row_text(1)"
    assert untreated(source) == ["return row_text(1)"]


# Hostile names and captions in every part of the window


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Copies whose folder, names, captions and keywords are markup and commands."""
    folder = tmp_path / f"photos {MARK}".replace("/", "")
    folder.mkdir()
    words = MARK.replace("&", "&amp;").replace("<", "&lt;").replace("\x1b", "").replace("\a", "")
    for seed in (1, 2):
        one, other = (folder / f"{seed}{end} {MARK}.jpg" for end in ("", " copy"))
        draw(seed).save(one, quality=92)
        packet = xmp(inside=f"<dc:subject><rdf:Bag><rdf:li>{words}</rdf:li></rdf:Bag></dc:subject>")
        one.with_suffix(".xmp").write_bytes(packet)
        if seed == 1:
            shutil.copy(one, other)
        else:
            data = io.BytesIO()
            Image.open(one).resize((320, 240)).save(data, "JPEG", quality=80, xmp=packet)
            other.write_bytes(data.getvalue())
    (folder / f"broken {MARK}.jpg").write_bytes(b"\xff\xd8\xff not a picture")
    return folder


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is painted from now on."""
    found: list[str] = []
    paint = QPainter.drawText

    def noted(self: QPainter, *arguments: Any) -> Any:
        found.extend(part for part in arguments if isinstance(part, str))
        return paint(self, *arguments)

    monkeypatch.setattr(QPainter, "drawText", noted)
    return found


def obeys(text: str, *, lines: bool) -> bool:
    """Whether there is a character in it that turns, hides or commands."""
    allowed = "\n\t" if lines else ""
    return any(
        unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in allowed for c in text
    )


def is_markup(text: str) -> bool:
    """Whether Qt would find marks in it that we did not put around it."""
    ours = text.removeprefix('<span style="white-space: pre-wrap">').removesuffix("</span>")
    return "<" in ours or (ours == text and "&" in ours)


def told(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[tuple[int, str]]:
    """Role and text of everything in a model."""
    parent = parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        is_list = isinstance(model, QAbstractListModel)  # which does not tell that it has one
        for column in range(1 if is_list else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in ROLES:
                if isinstance(text := index.data(role), str):
                    yield role, text
        if not is_list:
            yield from told(model, model.index(row, 0, parent))


def wrong_texts(root: QWidget) -> list[str]:
    """What is not plain in a widget and in all that are in it."""
    found = []
    for part in (root, *root.findChildren(QWidget)):
        tips = [part.toolTip(), part.statusTip(), part.whatsThis()]
        texts = [part.accessibleName(), part.accessibleDescription()]
        if isinstance(part, QLabel):
            texts.append(part.text())
            if part.textFormat() != Qt.TextFormat.PlainText and is_markup(part.text()):
                found.append(f"{part.text()!r} may be taken for rich text")
        if isinstance(part, QAbstractButton):
            texts.append(part.text())
        if isinstance(part, QComboBox):
            texts += [part.itemText(row) for row in range(part.count())]
        if isinstance(part, QAbstractItemView) and part.model() is not None:
            for role, text in told(part.model()):
                tip = role != Qt.ItemDataRole.DisplayRole and role != ROLES[-1]
                (tips if tip else texts).append(text)
        found += [text for text in tips if is_markup(text)]
        found += [text for text in (*tips, *texts) if obeys(text, lines=True)]
    return found


def test_no_part_of_the_window_obeys_what_files_say(
    qtbot: QtBot,
    settings: Settings,
    thumbnails: Thumbnails,
    embedder: Embedder,
    tmp_path: Path,
    photos: Path,
    drawn: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    def look(part: QWidget) -> None:
        QApplication.processEvents()
        looked.append(type(part).__name__)
        assert wrong_texts(part) == []
        part.grab()  # paints it

    window = MainWindow(
        lambda: Library.open(embedder=embedder),
        settings=settings,
        thumbnails=thumbnails,
        trash=folder_trash(tmp_path / "trash"),
    )
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.opened):
        pass
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photos))])
    keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    with qtbot.waitSignal(window.tasks.job_ended):
        QApplication.sendEvent(window, QDragEnterEvent(QPoint(300, 300), copy, mime, *keys))
        QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, mime, *keys))
    page = window.review_page
    qtbot.waitUntil(lambda: len(page.groups.listed) == 2)
    library = window._context.library
    library.protect(photos)
    library.unprotect(photos)
    for name in ("library", "review", "search", "history"):
        window.go(name)
        look(window)

    window.go("review")
    page.keep_best()
    look(window)
    page.compare()
    qtbot.wait(300)
    look(window)
    page._close_compare()
    page.keep_best()
    window.go("search")
    window.search_page.search(next(photos.glob("2 *.jpg")))
    qtbot.wait(300)
    look(window)
    for dialog in (
        SkippedDialog(window, library.skipped()),
        SettingsDialog(window, window._context),
    ):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.wait(100)
        look(dialog)
        dialog.close()
    window.go("review")
    answer(RemovalDialog, lambda dialog: (look(dialog), dialog.agree.click()))
    with qtbot.waitSignal(window.tasks.job_ended):
        page.remove_marked()
    window.go("history")
    qtbot.wait(200)
    look(window)
    box = message_box(window, MARK, MARK, more=MARK)
    menu = file_menu(window, photos / MARK)
    for part in (box, menu):
        qtbot.addWidget(part)
        look(part)
    assert {"MainWindow", "RemovalDialog", "SkippedDialog", "SettingsDialog"} <= set(looked)
    assert any("\\u202e" in text for text in drawn)
    assert [text for text in drawn if obeys(text, lines=False)] == []
    window.close()
