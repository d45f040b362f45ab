"""Tells that something has ended while the user looks elsewhere."""

import sys

from PySide6.QtDBus import QDBusConnection, QDBusInterface
from PySide6.QtWidgets import QApplication, QWidget

NAME = "org.freedesktop.Notifications"


def notify(window: QWidget, text: str) -> bool:
    """Mark the window in the taskbar and show a notification, unless it is in front; whether so."""
    if window.isActiveWindow():
        return False
    QApplication.alert(window)
    if sys.platform not in ("win32", "darwin"):
        path = "/" + NAME.replace(".", "/")
        service = QDBusInterface(NAME, path, NAME, QDBusConnection.sessionBus())
        if service.isValid():
            arguments = ["Kindred", 0, "kindred", "Kindred", text, [], {}, -1]
            service.asyncCallWithArgumentList("Notify", arguments)
    return True
