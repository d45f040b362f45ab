"""The keeper rules: their order, which are on, presets, and how many groups each decides."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QInputDialog,
    QTreeWidget,
    QTreeWidgetItem,
)

from kindred.engine.types import Group, Kind
from kindred.gui.services.context import Context
from kindred.gui.services.engine_words import PRESETS as PRESET_WORDS
from kindred.gui.services.engine_words import RULES
from kindred.gui.services.i18n import tr, trn
from kindred.gui.settings.page import SettingsPage, row
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.labels import hint

PRESETS_KEY = "keeper presets"
NAME = Qt.ItemDataRole.UserRole


class KeeperRulesSettings(SettingsPage):
    """Every change is kept in the library at once and previewed on its groups."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        from kindred.engine.judgement.keeper import DEFAULT_RULES, PRESETS

        self._context = context
        self._all = DEFAULT_RULES
        self._presets = {tr(PRESET_WORDS[name]): tuple(rules) for name, rules in PRESETS.items()}
        self._groups: Sequence[Group] | None = None
        self.presets = QComboBox()
        self.presets.setAccessibleName(tr("Preset"))
        self.presets.setToolTip(tr("Orders of the rules to choose from"))
        self.presets.activated.connect(lambda _index: self._use_preset())
        self.list = QTreeWidget()
        self.list.setProperty("role", "panel")
        self.list.setHeaderLabels([tr("Rule"), tr("Decides")])
        self.list.setRootIsDecorated(False)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDropIndicatorShown(True)
        self.list.setAccessibleName(tr("What decides which photo stays, first to last"))
        self.list.setToolTip(tr("Switch rules on and off; drag them into another order"))
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setMinimumHeight(330)
        self.list.itemChanged.connect(lambda *_: self._changed())
        self.list.model().rowsInserted.connect(lambda *_: self._moved())
        self._filling = False
        self._preview = hint()
        save = tr("Save as preset…"), "check", tr("Keep this order under a name"), self._ask_name
        earlier, later = tr("Decide earlier"), tr("Decide later")
        up = button(tr("Up"), "up", earlier, lambda: self.move_rule(-1), key="Alt+Up")
        down = button(tr("Down"), "down", later, lambda: self.move_rule(1), key="Alt+Down")
        self.begin(
            tr("Which photo of a group to keep"),
            tr(
                "From top to bottom, the first rule that tells the photos apart decides."
                " Nothing is marked by changing the rules."
            ),
        )
        self.add(row(self.presets, button(*save), stretch=self.presets))
        self.add(self.list, stretch=1)
        self.add(row(up, down, self._preview, stretch=self._preview))
        self._read_presets()
        context.tasks.read(self, context.library.rules, self._show, topic="rules")
        context.tasks.read(self, self._read_groups, self._take_groups, topic="groups")

    @property
    def names(self) -> list[str]:
        """The rules that are on, in order."""
        on = Qt.CheckState.Checked
        return [item.data(0, NAME) for item in self._items() if item.checkState(0) == on]

    def _items(self) -> list[QTreeWidgetItem]:
        rows = range(self.list.topLevelItemCount())
        return [item for row in rows if (item := self.list.topLevelItem(row)) is not None]

    def move_rule(self, way: int) -> None:
        """Move the current rule up (-1) or down (1)."""
        item = self.list.currentItem()
        if item is None:
            return
        row = self.list.indexOfTopLevelItem(item)
        to = row + way
        if not 0 <= to < self.list.topLevelItemCount():
            return
        self._filling = True
        self.list.takeTopLevelItem(row)
        self.list.insertTopLevelItem(to, item)
        self.list.setCurrentItem(item)
        self._filling = False
        self._changed()

    def save_preset(self, name: str) -> None:
        """Keep the rules that are on, in their order, under a name."""
        library, names = self._context.library, self.names

        def work() -> None:
            saved = dict(library.setting(PRESETS_KEY, {})) | {name: names}
            library.set_setting(PRESETS_KEY, saved)

        self._context.tasks.change(self, work, lambda _none: self._read_presets())

    def _show(self, names: Sequence[str]) -> None:
        """The rules that are on first, in their order, then the others."""
        self._filling = True
        self.list.clear()
        known = [name for name in names if name in RULES]
        for name in [*known, *(name for name in self._all if name not in known)]:
            item = QTreeWidgetItem([tr(RULES[name]), ""])
            item.setData(0, NAME, name)
            item.setCheckState(
                0, Qt.CheckState.Checked if name in known else Qt.CheckState.Unchecked
            )
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self._filling = False
        self._mark_preset()
        self._ask_preview()

    def _read_presets(self) -> None:
        library = self._context.library
        self._context.tasks.read(
            self,
            lambda: library.setting(PRESETS_KEY, {}),
            self._fill_presets,
            topic="presets",
        )

    def _fill_presets(self, own: dict[str, list[str]]) -> None:
        self.presets.clear()
        self.presets.addItem(tr("Own order"), None)
        for name, rules in [*self._presets.items(), *own.items()]:
            self.presets.addItem(name, tuple(rules))
        self._mark_preset()

    def _mark_preset(self) -> None:
        places = (
            place
            for place in range(1, self.presets.count())
            if list(self.presets.itemData(place)) == self.names
        )
        self.presets.setCurrentIndex(next(places, 0))

    def _use_preset(self) -> None:
        rules = self.presets.currentData()
        if rules is not None:
            self._show(rules)
            self._save()

    def _ask_name(self) -> None:
        name, agreed = QInputDialog.getText(self, tr("Save as preset"), tr("Name of the preset"))
        if agreed and name.strip():
            self.save_preset(name.strip())

    def _moved(self) -> None:
        """A drop inserts the row before it takes the old one away, and tells of no change."""
        if not self._filling:
            QTimer.singleShot(0, self, self._changed)

    def _changed(self) -> None:
        if not self._filling:
            self._mark_preset()
            self._save()
            self._ask_preview()

    def _save(self) -> None:
        library, names = self._context.library, self.names
        self._context.tasks.change(self, lambda: library.set_rules(names))

    def _read_groups(self) -> list[Group]:
        strictness = self._context.settings.scan_options().strictness
        groups = self._context.library.groups(strictness=strictness)
        return [group for group in groups if group.kind is not Kind.SIMILAR]

    def _take_groups(self, groups: Sequence[Group]) -> None:
        self._groups = groups
        self._ask_preview()

    def _ask_preview(self) -> None:
        groups, names, library = self._groups, self.names, self._context.library
        if groups is not None and self.list.topLevelItemCount():
            self._context.tasks.read(
                self,
                lambda: library.rule_preview(groups, names),
                self._show_preview,
                topic="preview",
            )

    def _show_preview(self, counts: dict[str, int]) -> None:
        self._filling = True
        for item in self._items():
            count = counts.get(item.data(0, NAME))
            item.setText(1, trn("{count} group", "{count} groups", count) if count else "–")
        self._filling = False
        total = len(self._groups or ())
        self._preview.setText(
            trn(
                "Preview over {count} group of identical photos and copies.",
                "Preview over {count} groups of identical photos and copies.",
                total,
            )
        )
