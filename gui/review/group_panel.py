"""The right side of the review page: the current group's header, its cards and what to do."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kindred.engine.types import Group, Kind
from kindred.gui.review.photo_view import PhotoView
from kindred.gui.services.engine_words import WHYS, message_text
from kindred.gui.services.formatting import bytes_text, kind_text, names_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.labels import ElidedLabel, heading, hint, muted

REASONS_SHOWN = 2  # of the reasons, where several rules decided


class GroupPanel(QWidget):
    """Header, cards, and a row of buttons that the page fills."""

    def __init__(self, view: PhotoView) -> None:
        super().__init__()
        self._title = heading()
        self._kind = ElidedLabel()
        self._frees = muted()
        self._why = hint()
        self._judged = ElidedLabel()
        self._judged.setProperty("role", "muted")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._title)
        top.addWidget(self._kind, 1)
        top.addWidget(self._frees)
        self.hint = QLabel(" ")  # keeps its line while it has nothing to say
        self.hint.setProperty("role", "warn")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        frame = QFrame()
        frame.setLayout(self.buttons)
        self.buttons.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 12, 14, 12)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._why)
        layout.addWidget(self._judged)
        layout.addWidget(view, 1)
        layout.addWidget(self.hint)
        layout.addWidget(frame)

    def fill(self, *buttons: QWidget) -> None:
        """Put buttons below the cards."""
        for part in buttons:
            self.buttons.addWidget(part)
        self.buttons.addStretch()

    def show_group(self, group: Group, *, row: int, total: int) -> None:
        """Show which group this is, how its photos are related, and why one is kept."""
        copies = group.members[1:] if group.kind is Kind.COPY else ()
        edits = names_text(edit for member in copies for edit in member.edits)
        self._title.setText(tr("Group {row} of {total}", row=f"{row + 1:,}", total=f"{total:,}"))
        words = [kind_text(group.kind)]
        if edits:
            words.append(edits)
        if group.burst:
            words.append(tr("burst"))
        self._kind.setProperty("role", str(group.kind))  # its colour follows the theme
        self._kind.style().polish(self._kind)
        self._kind.say(" · ".join(words))
        self._frees.setText(
            tr("keeps 1, frees {bytes}", bytes=bytes_text(group.frees))
            if group.kind is not Kind.SIMILAR
            else trn("{count} shot", "{count} shots", len({m.stack for m in group.members}))
        )
        self._why.setText(reasons_text(group))
        self._why.setVisible(bool(group.reasons))
        self._judged.say(judged_text(group))
        self._judged.setVisible(bool(self._judged.words))


def judged_text(group: Group) -> str:
    """How many photos of a group of copies can go, and why the others are left to the user."""
    if group.kind is Kind.SIMILAR:
        return ""
    others = [member.judgement for member in group.members[1:]]
    safe = sum(judgement.stays is not None for judgement in others)
    said = []
    if safe:
        said.append(
            trn(
                "{count} can go: nothing in it would be lost",
                "{count} can go: nothing in them would be lost",
                safe,
            )
        )
    whys = dict.fromkeys(j.why for j in others if j.stays is None and j.why is not None)
    if whys:
        reasons = ", ".join(tr(WHYS[why]) for why in whys)
        said.append(tr("left to you: {reasons}", reasons=reasons))
    return " · ".join(said)


def reasons_text(group: Group) -> str:
    """Why the first photo is the suggested keeper."""
    if not group.reasons:
        return ""
    reasons = "; ".join(message_text(reason.message) for reason in group.reasons[:REASONS_SHOWN])
    return tr("Suggested: {name}, because: {reasons}", name=group.keeper.path.name, reasons=reasons)
