"""A push button with everything it has to have: icon, key, tooltip, accessible name."""

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QPushButton

from kindred.engine.paths import visible_text
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import plain_tip


def button(
    text: str,
    icon: str,
    tip: str,
    call: Callable[[], object],
    *,
    key: str = "",
    role: str = "",
    accessible: str = "",
) -> QPushButton:
    """Calls `call` when clicked or when `key` is pressed; `role` is one of theme.qss.

    A key that is a single letter is shown on the button.
    """
    made = QPushButton(f"{text} ({key})" if len(key) == 1 else text)
    theme.decorate(made, icon, role=role)
    made.setAccessibleName(accessible or text)
    made.setToolTip(plain_tip(f"{tip} ({key})" if key else tip))
    made.clicked.connect(lambda _checked=False: call())
    if key:  # a shortcut of the button itself would wait for its animation and go with its text
        shortcut = QShortcut(QKeySequence(key), made, made.click)
        shortcut.setAutoRepeat(False)  # a key held down must not run through the groups
    return made


def say(made: QAbstractButton, text: str) -> None:
    """Put other words on a button, which are then its name for screen readers too."""
    made.setText(visible_text(text))
    made.setAccessibleName(text)
