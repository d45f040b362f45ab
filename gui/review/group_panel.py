"""The right side of the review page: the current group's header, its photos and what to do."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kindred.engine.types import Group, Kind
from kindred.gui.services.engine_words import WHYS, message_text
from kindred.gui.services.formatting import bytes_text, kind_text, names_text, photos_text
from kindred.gui.services.i18n import tr, trn
from kindred.gui.widgets.action_row import ActionRow
from kindred.gui.widgets.labels import ElidedLabel, heading, muted

REASONS_SHOWN = 2  # of the reasons, where several rules decided


class GroupPanel(QWidget):
    """Header, photos, facts of the chosen one, and a row of buttons that the page fills."""

    def __init__(self, photos: QWidget, facts: QWidget) -> None:
        super().__init__()
        self._title = heading()
        self._kind = ElidedLabel()
        self._frees = muted()
        self._why = ElidedLabel()
        self._why.setProperty("role", "muted")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._title)
        top.addWidget(self._kind, 1)
        top.addWidget(self._frees)
        self.hint = ElidedLabel()  # keeps its line while it has nothing to say
        self.hint.setProperty("role", "warn")
        self.action_row = ActionRow()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 12, 10)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._why)
        layout.addWidget(photos, 1)
        layout.addWidget(facts)
        layout.addWidget(self.hint)
        layout.addWidget(self.action_row)
        self.say("")

    def fill(self, *buttons: QPushButton) -> None:
        """Put buttons below the photos."""
        self.action_row.fill(*buttons)

    def say(self, text: str) -> None:
        """Say something under the photos; it may be nothing."""
        self.hint.say(text or " ")

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
        words.append(photos_text(len(group.members)))
        self._kind.setProperty("role", str(group.kind))  # its colour follows the theme
        self._kind.style().polish(self._kind)
        self._kind.say(" · ".join(words))
        self._frees.setText(
            tr("keeps 1, frees {bytes}", bytes=bytes_text(group.frees))
            if group.kind is not Kind.SIMILAR
            else trn("{count} shot", "{count} shots", len({m.stack for m in group.members}))
        )
        self._why.say(" · ".join(filter(None, (judged_text(group), reasons_text(group)))) or " ")


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
    """Why the first photo is the suggested keeper; with its folder where another has its name."""
    if not group.reasons:
        return ""
    reasons = "; ".join(message_text(reason.message) for reason in group.reasons[:REASONS_SHOWN])
    path = group.keeper.path
    name = path.name
    if sum(member.photo.path.name == name for member in group.members) > 1:
        name = tr("{name} in {folder}", name=name, folder=path.parent)
    return tr("Suggested to keep: {name}, because: {reasons}", name=name, reasons=reasons)
