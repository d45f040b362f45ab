"""The frame around the pages: the top bar, the notice, the job bar, and the drop overlay."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kindred.gui.services.i18n import tr
from kindred.gui.services.tasks import Tasks
from kindred.gui.widgets.labels import note
from kindred.gui.widgets.notice_bar import NoticeBar
from kindred.gui.window.job_bar import JobBar
from kindred.gui.window.top_bar import TopBar


class Frame(QWidget):
    """The centre of the window; says that the library is being opened until pages are added."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.bar = TopBar()
        self.opening = note(tr("Opening the library…"))
        self.pages = QStackedWidget()
        self.pages.addWidget(self.opening)
        self.notice = NoticeBar()
        self.job_bar = JobBar(tasks)
        self.overlay = note(tr("Drop a folder to scan it, or a picture to find photos like it"))
        self.overlay.setParent(self)
        self.overlay.setProperty("role", "overlay")
        self.overlay.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self.job_bar)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.overlay.setGeometry(self.rect())
