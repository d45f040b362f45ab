"""What can be done with a file from its context menu, outside Kindred and in it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtDBus import QDBusConnection, QDBusInterface
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from kindred.engine.types import Photo
from kindred.gui.services.formatting import companions_text
from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme


def file_menu(parent: QWidget, path: Path) -> QMenu:
    """A context menu for one file; the caller may add to it and shows it."""
    menu = QMenu(parent)
    menu.setAccessibleName(tr("Actions for {name}", name=path.name))
    menu.addAction(theme.icon("open"), tr("Open"), lambda: open_file(path))
    menu.addAction(theme.icon("folder"), tr("Show in file manager"), lambda: show_in_folder(path))
    menu.addAction(
        theme.icon("copy"), tr("Copy path"), lambda: QGuiApplication.clipboard().setText(str(path))
    )
    return menu


def photo_menu(
    parent: QWidget,
    photo: Photo,
    *,
    find: Callable[[], object],
    split: Callable[[], object],
) -> QMenu:
    """The file's menu, with finding photos like it and, where it applies, splitting its unit."""
    menu = file_menu(parent, photo.path)
    menu.addSeparator()
    menu.addAction(theme.icon("search"), tr("Find photos like this"), find)
    if photo.companions:
        text = tr("Do not keep {names} together with it", names=companions_text(photo))
        menu.addAction(theme.icon("apart"), text.replace("&", "&&"), split)
    return menu


def open_file(path: Path) -> None:
    """Open the file with the program the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> None:
    """Show the file selected in the file manager, or at least its folder."""
    if sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", str(path)])  # noqa: S603, S607 - a fixed program
    elif sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])  # noqa: S603, S607 - a fixed program
    elif not _select_over_dbus(path):
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _select_over_dbus(path: Path) -> bool:
    name = "org.freedesktop.FileManager1"
    manager = QDBusInterface(
        name, "/org/freedesktop/FileManager1", name, QDBusConnection.sessionBus()
    )
    if not manager.isValid():
        return False
    shown = [QUrl.fromLocalFile(str(path)).toString()]
    manager.asyncCallWithArgumentList("ShowItems", [shown, ""])
    return True
