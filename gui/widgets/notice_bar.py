"""A line above the bottom bar that tells what happened and offers to take it back."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from kindred.engine.paths import visible_text
from kindred.gui.services.i18n import tr
from kindred.gui.widgets import theme
from kindred.gui.widgets.labels import PlainLabel, plain_tip


class NoticeBar(QFrame):
    """Hidden until it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self._text = PlainLabel()
        self._text.setAccessibleName(tr("Notice"))
        self.button = QPushButton()
        self.button.clicked.connect(self._act)
        close = QPushButton()
        theme.decorate(close, "cross", role="quiet")
        close.setToolTip(tr("Close this notice"))
        close.setAccessibleName(tr("Close this notice"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 10, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.button)
        layout.addWidget(close)
        self._call: Callable[[], object] | None = None
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def say(
        self,
        text: str,
        *,
        action: str = "",
        icon: str = "",
        call: Callable[[], object] | None = None,
    ) -> None:
        """Show a line, with a button when there is something to call."""
        self._text.setText(text)
        self._call = call
        self.button.setVisible(call is not None)
        self.button.setText(visible_text(action))
        self.button.setAccessibleName(action)
        self.button.setToolTip(plain_tip(action))
        if icon:
            theme.decorate(self.button, icon)
        self.show()

    def _act(self) -> None:
        self.hide()
        if self._call is not None:
            self._call()
