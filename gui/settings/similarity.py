"""How alike photos have to look for what they are called, fitted to the user's decisions."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from kindred.engine.paths import visible_text
from kindred.gui.services.context import Context
from kindred.gui.services.engine_words import message_text
from kindred.gui.services.i18n import later, tr, trn
from kindred.gui.settings.page import SettingsPage, choice, form, row
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.labels import PlainLabel, hint

if TYPE_CHECKING:
    from kindred.engine.embedding.calibration import Refit
    from kindred.engine.types import Calibration

MEANINGS = {
    "similar": later("Similar from"),
    "copy_precision_99": later("Probably a copy from"),
    "copy_precision_999": later("Almost certainly a copy from"),
}

GAPS = ("0.5", "1", "2", "5", "10", "30", "60")  # seconds


def _seconds_text(seconds: float) -> str:
    return trn("{seconds} second", "{seconds} seconds", ceil(seconds), seconds=f"{seconds:g}")


class SimilaritySettings(SettingsPage):
    """Shows the calibrated values; fits them or goes back to the model's own."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.values = {name: PlainLabel("–") for name in MEANINGS}
        self.result = hint()
        fit = button(
            tr("Fit to my decisions"),
            "check",
            tr("Learn from what you removed and from what you said is no duplicate"),
            self.fit,
        )
        back = tr("Go back to the values of the model itself")
        reset = button(tr("Reset"), "undo", back, self.reset)
        self.begin(
            tr("Similarity"),
            tr(
                "How alike two photos have to look to be taken for shots of one scene, or for"
                " copies. What you decide can move it; more is found by comparing closely."
            ),
        )
        self.add(form({tr(label): self.values[name] for name, label in MEANINGS.items()}))
        self.add(row(fit, reset), self.result)
        self.begin(
            tr("Bursts"),
            tr("Three or more similar shots of one camera that follow each other so closely."),
        )
        self.gap = choice(
            {seconds: _seconds_text(float(seconds)) for seconds in GAPS},
            f"{context.library.burst_gap():g}",
            name=tr("At most between two shots"),
            tip=tr("How long after the one before a shot may be taken to belong to the burst"),
        )
        self.gap.activated.connect(lambda _index: self._set_gap())
        self.add(form({self.gap.accessibleName(): self.gap}))
        self.end()
        self._refresh()

    def _set_gap(self) -> None:
        library, gap = self._context.library, float(self.gap.currentData())
        self._context.tasks.change(self, lambda: library.set_burst_gap(gap))

    def fit(self) -> None:
        """Refit to the decisions so far."""
        tasks, library = self._context.tasks, self._context.library
        tasks.change(self, library.calibrate, self._fitted)

    def reset(self) -> None:
        """Forget what was fitted."""
        tasks, library = self._context.tasks, self._context.library
        tasks.change(self, library.reset_calibration, self._reset)

    def _reset(self, _nothing: None) -> None:
        self.result.setText(tr("The model's own values are in force."))
        self._refresh()

    def _fitted(self, found: Refit) -> None:
        counts = tr(
            "Seen: {duplicates} pairs removed as duplicates, {different} said to be none.",
            duplicates=f"{found.duplicates:,}",
            different=f"{found.different:,}",
        )
        self.result.setText(f"{counts}\n{message_text(found.message)}")
        self._refresh()

    def _refresh(self) -> None:
        library = self._context.library
        self._context.tasks.read(self, library.calibration, self._show, topic="calibration")

    def _show(self, calibration: Calibration | None) -> None:
        for name, label in self.values.items():
            figure = "–" if calibration is None else f"{getattr(calibration, name):.1%}"
            label.setText(visible_text(figure))
