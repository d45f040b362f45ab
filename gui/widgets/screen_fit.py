"""Keeps windows and dialogs within the screen that is there."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

BORDER = QSize(8, 40)  # logical pixels that a window manager may add around a window


def open_at(window: QWidget, width: int, height: int) -> None:
    """Give a window that is not shown yet this size, or what its screen has room for."""
    room = window.screen().availableGeometry().size() - BORDER
    window.resize(QSize(width, height).boundedTo(room))


def keep_within(window: QWidget) -> None:
    """Shrink and move a shown window until all of it, its border included, is on its screen."""
    if window.isFullScreen() or window.isMaximized():
        return
    room, outer = window.screen().availableGeometry(), window.frameGeometry()
    if room.contains(outer):
        return
    border = outer.size() - window.size()
    window.resize(window.size().boundedTo(room.size() - border))
    window.move(_within(QRect(outer.topLeft(), window.size() + border), room))


def _within(outer: QRect, room: QRect) -> QPoint:
    """Where the rectangle has to begin to lie in the room, or at the room's corner."""
    left = max(room.left(), min(outer.left(), room.right() - outer.width() + 1))
    top = max(room.top(), min(outer.top(), room.bottom() - outer.height() + 1))
    return QPoint(left, top)
