"""Saving the listed groups as a report: a page, a table or JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from kindred.gui.services.formatting import (
    bytes_text,
    kind_text,
    photos_text,
    sort_text,
    taken_text,
    when_text,
)
from kindred.gui.services.i18n import language, tr, trn

if TYPE_CHECKING:
    from kindred.engine.reports import ReportWords
    from kindred.engine.types import Group, Member

TARGET = "review/report"


def ask_where(parent: QWidget, before: str) -> Path | None:
    """Where to write a report, and by its ending of which sort; None: nowhere."""
    sorts = {
        tr("Page with pictures (*.html)"): ".html",
        tr("Table for a spreadsheet (*.csv)"): ".csv",
        tr("Data for programs (*.json)"): ".json",
    }
    path = Path(before) if before else Path.home() / "kindred.html"
    while True:
        dialog = QFileDialog(parent, tr("Save a report"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilters(list(sorts))
        dialog.selectFile(str(path))
        # The dialog adds the ending itself, so that it asks about the file that is overwritten.
        dialog.setDefaultSuffix("html")
        dialog.filterSelected.connect(
            lambda sort, dialog=dialog: dialog.setDefaultSuffix(sorts[sort].removeprefix("."))
        )
        chosen = dialog.selectedFiles() if dialog.exec() else []
        wanted = sorts.get(dialog.selectedNameFilter(), ".html")
        dialog.deleteLater()
        if not chosen:
            return None
        path = Path(chosen[0])
        if path.suffix.lower() in sorts.values():
            return path
        # It takes "my.photos" for a name with an ending; a file of the whole name was not asked of.
        path = path.with_name(f"{path.name}{wanted}")
        if not path.exists():
            return path


def report_words(groups: Sequence[Group], marked: Collection[Path]) -> ReportWords:
    """The words of a report in the user's language."""
    from kindred.engine.reports import ReportWords

    photos = photos_text(sum(len(group.members) for group in groups))
    parts = [
        trn("{count} group", "{count} groups", len(groups)),
        photos,
        when_text(f"{datetime.now():%Y-%m-%dT%H:%M:%S}"),
    ]
    if marked:
        parts.insert(
            2, trn("{count} marked for removal", "{count} marked for removal", len(marked))
        )
    return ReportWords(
        language=language().replace("_", "-"),
        title=tr("Photos that belong together"),
        summary=" · ".join(parts),
        stays=tr("stays"),
        marked=tr("marked for removal"),
        missing=tr("no preview"),
        name=lambda group: f"{kind_text(group.kind)}, {photos_text(len(group.members))}",
        about=lambda member: about_text(member),
    )


def about_text(member: Member) -> str:
    """One line about a photo: "4032 × 3024 · 3.1 MB · saved again"."""
    info, photo = member.photo.info, member.photo
    parts = [f"{info.width} × {info.height}", bytes_text(photo.size), sort_text(member)]
    if taken := taken_text(photo, when_text):
        parts.append(taken)
    return " · ".join(parts)
