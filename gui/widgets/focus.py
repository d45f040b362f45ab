"""Where the focus of a page goes."""

from PySide6.QtWidgets import QStackedWidget, QWidget


def pass_focus(page: QWidget, stack: QStackedWidget) -> None:
    """From now on the focus of the page, and so its keys, belong to what its stack shows."""

    def pass_on(_row: int) -> None:
        shown = stack.currentWidget()
        if shown is not None:
            page.setFocusProxy(shown)

    stack.currentChanged.connect(pass_on)
