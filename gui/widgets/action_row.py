"""A row of buttons that leaves out words, the last ones first, where there is no room for all."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QWidget

from kindred.engine.paths import visible_text
from kindred.gui.widgets import theme


class ActionRow(QWidget):
    """Buttons made by `button`; without their words they keep icon, tooltip and name."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._words: dict[QPushButton, str] = {}

    def fill(self, *buttons: QPushButton) -> None:
        for made in buttons:
            self._words[made] = made.text()
            self._row.addWidget(made)
        self._row.addStretch()
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        widths = {}
        for made, words in self._words.items():
            if made.text() != words:
                _say(made, words)
            widths[made] = made.sizeHint().width()
        room = self.width() - self._row.spacing() * len(widths)
        for made in reversed(widths):
            if sum(widths.values()) <= room:
                return
            if self._words[made]:
                _say(made, "")
                widths[made] = made.sizeHint().width()


def _say(made: QPushButton, words: str) -> None:
    made.setText(visible_text(words))
    theme.decorate(made, str(made.property("icon_name")))
