"""The menu of the window: what is asked for seldom, from any page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from kindred.engine.paths import visible_text
from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme


@dataclass(frozen=True, slots=True)
class MenuCalls:
    """What the entries do."""

    choose: Callable[[], object]
    scan: Callable[[Path], object]
    report: Callable[[], object]
    full_screen: Callable[[], object]
    keys: Callable[[], object]
    settings: Callable[[], object]
    about: Callable[[], object]


def main_menu(parent: QWidget, calls: MenuCalls, recent: Sequence[Path]) -> QMenu:
    """The menu; the caller shows it."""
    menu = QMenu(parent)
    menu.setAccessibleName(tr("Menu"))
    menu.addAction(theme.icon("folder-add"), f"{tr('Choose a folder…')}\tCtrl+O", calls.choose)
    last = menu.addMenu(theme.icon("history"), tr("Recent folders"))
    last.setEnabled(bool(recent))
    for folder in recent:
        text = visible_text(folder).replace("&", "&&")
        last.addAction(theme.icon("folder"), text, lambda folder=folder: calls.scan(folder))
    menu.addAction(theme.icon("copy"), tr("Save a report…"), calls.report)
    menu.addSeparator()
    menu.addAction(theme.icon("open"), f"{tr('Full screen')}\tF11", calls.full_screen)
    menu.addAction(theme.icon("info"), f"{tr('Keys')}\tF1", calls.keys)
    menu.addAction(theme.icon("settings"), f"{tr('Settings')}\tCtrl+,", calls.settings)
    menu.addSeparator()
    menu.addAction(theme.icon("kindred"), tr("About Kindred"), calls.about)
    return menu
