"""What a control needs for people who cannot see it or do not know it yet."""

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QSlider,
    QWidget,
)


def lacking(widget: QWidget) -> set[tuple[str, str]]:
    """(class, text) of every visible control without a name or a tooltip.

    The buttons of a dialog box and the headers of a table say all there is to say.
    """
    found = set()
    for kind in (QAbstractButton, QAbstractItemView, QSlider, QComboBox):
        for control in widget.findChildren(kind):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            told = (control.accessibleName() or text) and control.toolTip()
            plain = isinstance(control, QHeaderView) or isinstance(
                control.parent(), QDialogButtonBox | QComboBox
            )
            if control.isVisible() and not told and not plain:
                found.add((type(control).__name__, text))
    return found
