"""Passes the focus of a page on to what the page shows."""

from PySide6.QtWidgets import QStackedWidget, QWidget


def pass_focus(page: QWidget, stack: QStackedWidget) -> None:
    """Give the focus of the page, and so its keys, to what its stack shows, now and later."""

    def pass_on(_row: int) -> None:
        shown = stack.currentWidget()
        if shown is not None:
            page.setFocusProxy(shown)

    stack.currentChanged.connect(pass_on)
