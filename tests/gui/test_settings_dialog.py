"""The settings: every page opens, and each change reaches the settings or the library."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from engine import keeper
from engine.calibrate import Calibration
from engine.embedder import ModelSpec
from engine.errors import ModelError
from engine.paths import Home
from engine.progress import CancelToken, ProgressSink
from engine.types import Group, Photo
from gui import theme
from gui.context import Context
from gui.folder_settings import FolderSettings
from gui.look_settings import LookSettings
from gui.model_settings import ModelSettings
from gui.rules_editor import RulesEditor
from gui.settings import Settings
from gui.settings_dialog import SettingsDialog
from gui.similarity_settings import SimilaritySettings
from gui.storage_settings import StorageSettings
from gui.tasks import Tasks
from gui.thumbnails import Thumbnails


class FakeLibrary:
    """Keeps what it is told in attributes."""

    def __init__(self, home: Home, groups: list[Group]) -> None:
        self.home, self._groups = home, groups
        self.names: Sequence[str] = keeper.DEFAULT_RULES
        self.values: dict[str, Any] = {}
        self.guarded: list[Path] = []
        self.fitted: dict[str, float] | None = None
        self.error: Exception | None = None
        self.specs = [
            ModelSpec("builtin", "Kindred", 256, 224, "builtin", True, 9_000_000),
            ModelSpec("resnet50", "ResNet-50", 2048, 224, "torchvision", False, 102_000_000),
            ModelSpec("own.pt", "own", 0, 224, "file", True, 1_000_000),
        ]

    def rules(self) -> Sequence[str]:
        return self.names

    def set_rules(self, names: Sequence[str]) -> None:
        self.names = tuple(names)

    def rule_preview(self, groups: Sequence[Group], names: Sequence[str]) -> dict[str, int]:
        return keeper.preview(groups, rules=names)

    def groups(self, *, strictness: float) -> list[Group]:
        return self._groups

    def setting(self, key: str, default: Any) -> Any:
        return self.values.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.values[key] = value

    def protected(self) -> list[Path]:
        return list(self.guarded)

    def protect(self, folder: Path) -> None:
        self.guarded.append(folder)

    def unprotect(self, folder: Path) -> None:
        self.guarded.remove(folder)

    def models(self) -> list[ModelSpec]:
        return self.specs

    def download_model(self, name: str, *, token: CancelToken, progress: ProgressSink) -> Path:
        if self.error:
            raise self.error
        self.specs = [
            ModelSpec(s.name, s.label, s.dim, s.side, s.source, True, s.size_bytes)
            for s in self.specs
        ]
        return self.home.models / name

    def calibration(self) -> dict[str, float]:
        return {"similar": 0.8} | (self.fitted or {})

    def calibrate(self) -> Calibration:
        self.fitted = {"similar": 0.75}
        return Calibration(self.fitted, 30, 22, "fitted")

    def reset_calibration(self) -> None:
        self.fitted = None

    def facts(self) -> dict[str, str]:
        return {"model": "kindred-1"}


@pytest.fixture
def library(
    kindred_home: Home, photo: Callable[..., Photo], group: Callable[..., Group]
) -> FakeLibrary:
    return FakeLibrary(
        kindred_home, [group([photo(1, detail=9.0), photo(2, name="longer.jpg", detail=1.0)])]
    )


@pytest.fixture
def context(
    library: FakeLibrary, tasks: Tasks, thumbnails: Thumbnails, settings: Settings
) -> Context:
    return Context(library, tasks, thumbnails, settings)


@pytest.fixture
def shown(qtbot: QtBot, context: Context) -> Callable[[type[QWidget]], Any]:
    def make(page: type[QWidget]) -> Any:
        made = page(context)
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def test_every_page_opens(context: Context, qtbot: QtBot) -> None:
    dialog = SettingsDialog(None, context)
    qtbot.addWidget(dialog)
    dialog.show()
    for row in range(dialog.list.count()):
        dialog.list.setCurrentRow(row)
        assert dialog.pages[row].isVisible()
    dialog.reject()


def test_the_theme_changes_at_once_and_the_language_is_kept(
    shown: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = []
    monkeypatch.setattr(theme, "choose", lambda _app, name: chosen.append(name))
    page = shown(LookSettings)
    page.theme.setCurrentIndex(page.theme.findData("dark"))
    page.theme.activated.emit(page.theme.currentIndex())
    assert chosen == ["dark"] and settings.text("look/theme", "") == "dark"
    page.language.setCurrentIndex(page.language.findData("zh_CN"))
    page.language.activated.emit(page.language.currentIndex())
    assert settings.text("look/language", "") == "zh_CN"


@pytest.fixture
def editor(shown: Any, qtbot: QtBot) -> RulesEditor:
    made = shown(RulesEditor)
    qtbot.waitUntil(lambda: made.list.topLevelItemCount() == len(keeper.DEFAULT_RULES))
    return made


def decided(editor: RulesEditor) -> dict[str, str]:
    items = (editor.list.topLevelItem(row) for row in range(editor.list.topLevelItemCount()))
    return {item.data(0, Qt.ItemDataRole.UserRole): item.text(1) for item in items}


def test_the_preview_counts_the_groups_each_rule_decides(editor: RulesEditor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: decided(editor)["detail"] == "1 group")
    assert decided(editor)["raw"] == "–"


def test_switching_a_rule_off_is_kept_and_previewed(
    editor: RulesEditor, library: FakeLibrary, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: decided(editor)["detail"] == "1 group")
    place = editor.names.index("detail")
    editor.list.topLevelItem(place).setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: "detail" not in library.names)
    qtbot.waitUntil(lambda: decided(editor)["path"] == "1 group")
    assert decided(editor)["detail"] == "–"


def test_a_rule_is_moved(editor: RulesEditor, library: FakeLibrary, qtbot: QtBot) -> None:
    editor.list.setCurrentItem(editor.list.topLevelItem(1))
    editor.move_rule(-1)
    editor.move_rule(-1)
    qtbot.waitUntil(lambda: list(library.names)[:2] == ["raw", "whole"])
    assert editor.names == list(library.names)


def test_presets_are_used_and_own_ones_saved(
    editor: RulesEditor, library: FakeLibrary, qtbot: QtBot
) -> None:
    assert editor.presets.currentText() == "Best picture"
    editor.presets.setCurrentIndex(editor.presets.findText("Oldest first"))
    editor.presets.activated.emit(editor.presets.currentIndex())
    wanted = keeper.PRESETS["Oldest first"]
    qtbot.waitUntil(lambda: tuple(library.names) == wanted)
    editor.list.setCurrentItem(editor.list.topLevelItem(0))
    editor.move_rule(1)
    assert editor.presets.currentText() == "Own order"
    editor.save_preset("Mine")
    qtbot.waitUntil(lambda: editor.presets.currentText() == "Mine")
    assert library.values["keeper presets"] == {"Mine": editor.names}


def test_folders_are_protected_preferred_and_taken_off(
    shown: Any, library: FakeLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    page = shown(FolderSettings)
    page.protected.add(tmp_path)
    page.preferred.add(tmp_path / "best")
    qtbot.waitUntil(lambda: page.protected.folders == [tmp_path] == library.guarded)
    qtbot.waitUntil(lambda: page.preferred.folders == [tmp_path / "best"])
    page.protected.list.setCurrentRow(0)
    page.protected.remove()
    qtbot.waitUntil(lambda: library.guarded == [] == page.protected.folders)
    assert library.values["preferred folders"] == [str(tmp_path / "best")]


@pytest.fixture
def models(shown: Any, qtbot: QtBot) -> ModelSettings:
    made = shown(ModelSettings)
    qtbot.waitUntil(lambda: made.list.count() == 3)
    return made


def test_a_model_is_downloaded_then_used(
    models: ModelSettings, settings: Settings, qtbot: QtBot
) -> None:
    models.list.setCurrentRow(1)
    models.use()
    assert settings.scan_options().model == "builtin"
    models.download()
    qtbot.waitUntil(lambda: "ResNet-50 is here" in models.note)
    qtbot.waitUntil(lambda: "· downloaded" in models.list.item(1).text())
    models.use()
    assert settings.scan_options().model == "resnet50"


def test_a_failed_download_leaves_the_page_usable(
    models: ModelSettings, library: FakeLibrary, tasks: Tasks, qtbot: QtBot
) -> None:
    library.error = ModelError("No network.")
    models.list.setCurrentRow(1)
    with qtbot.waitSignal(tasks.failed):
        models.download()
    qtbot.waitUntil(lambda: not models.downloading)


@pytest.mark.parametrize("agrees", [True, False])
def test_a_program_is_used_only_after_a_yes(
    models: ModelSettings, settings: Settings, monkeypatch: pytest.MonkeyPatch, agrees: bool
) -> None:
    button = QMessageBox.StandardButton
    monkeypatch.setattr(QMessageBox, "question", lambda *_: button.Yes if agrees else button.No)
    models.list.setCurrentRow(2)
    models.use()
    assert settings.scan_options().model == ("own.pt" if agrees else "builtin")


def test_the_device_is_kept_and_shown(
    models: ModelSettings, settings: Settings, qtbot: QtBot
) -> None:
    models.device.setCurrentIndex(models.device.findData("cpu"))
    models.device.activated.emit(1)
    assert settings.scan_options().device == "cpu"
    qtbot.waitUntil(lambda: models.runs_on == "Runs on: CPU")


def test_calibration_is_fitted_and_reset(shown: Any, qtbot: QtBot) -> None:
    page = shown(SimilaritySettings)
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.800")
    page.fit()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.750")
    assert "30 pairs" in page.result.text() and "22" in page.result.text()
    page.reset()
    qtbot.waitUntil(lambda: page.values["similar"].text() == "0.800")
    assert page.values["copy_precision_99"].text() == "–"


def test_thumbnails_are_cleared(shown: Any, kindred_home: Home, qtbot: QtBot) -> None:
    file = kindred_home.cache / "thumbnails" / "ab" / "abc-160.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(2000))
    page = shown(StorageSettings)
    qtbot.waitUntil(lambda: "2.0 kB" in page.used.text())
    page.clear()
    qtbot.waitUntil(lambda: "0 B" in page.used.text())
    assert not file.exists()
    qtbot.waitUntil(lambda: page.about.text() == "model: kindred-1")
