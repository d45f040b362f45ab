"""The choice of a network and of the device it runs on, and the download of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QProgressBar,
)

from kindred.gui.services.context import Context
from kindred.gui.services.formatting import busy, bytes_text
from kindred.gui.services.i18n import later, tr
from kindred.gui.settings.page import SettingsPage, choice, row
from kindred.gui.widgets.buttons import button
from kindred.gui.widgets.labels import hint
from kindred.gui.widgets.message_box import message_box

if TYPE_CHECKING:
    from kindred.engine.embedding.embedder import ModelSpec

DEVICES = {
    "auto": later("The fastest there is"),
    "cpu": later("Processor"),
    "cuda": later("NVIDIA graphics card (CUDA)"),
    "mps": later("Apple graphics (MPS)"),
}
POLL_MS = 200
SPEC = Qt.ItemDataRole.UserRole


class ModelSettings(SettingsPage):
    """The choice takes effect with the next scan."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.downloading = False
        self.list = QListWidget()
        self.list.setProperty("role", "panel")
        self.list.setAccessibleName(tr("Models"))
        self.list.setToolTip(tr("What Kindred looks at photos with"))
        self.list.currentItemChanged.connect(lambda *_: self._show_actions())
        self._use = button(
            tr("Use this model"),
            "check",
            tr("Photos are read with it at the next scan; what other models found is kept"),
            self.use,
            role="primary",
        )
        self._fetch = button(
            tr("Download"),
            "drop",
            tr("Fetch it from pytorch.org; nothing else is sent or fetched"),
            self.download,
        )
        self._stop = button(tr("Stop"), "stop", tr("Stop the download"), self._stop_download)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(tr("Download"))
        self._note = hint()
        self.device = choice(
            {name: tr(label) for name, label in DEVICES.items()},
            context.settings.scan_options().device,
            name=tr("Device"),
            tip=tr("Where the model runs"),
        )
        self.device.activated.connect(lambda _index: self._set_device())
        self._runs = hint()
        self.begin(
            tr("Model"),
            tr(
                "The built-in model works offline. Larger ones may find more, and take longer."
                " Own files (.onnx, .safetensors, .pt) belong in {folder}.",
                folder=context.library.home.models,
            ),
        )
        self.add(self.list, stretch=1)
        actions = row(self._use, self._fetch, self._stop)
        actions.insertWidget(3, self._bar, 1)
        self.add(actions, self._note)
        self.begin(tr("Device"))
        self.add(self.device, self._runs)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)
        context.tasks.job_ended.connect(self._job_ended)
        self._show_download(on=False)
        self._refresh()
        self._show_device()

    @property
    def note(self) -> str:
        return self._note.text()

    @property
    def runs_on(self) -> str:
        return self._runs.text()

    def use(self) -> None:
        """Choose the current model for the scans to come."""
        spec = self._current()
        if spec is None or not spec.downloaded:
            return
        if not spec.name.endswith(".pt"):
            self._choose(spec)
        elif self._trusted(spec):
            library = self._context.library
            self._context.tasks.read(
                self, lambda: library.trust_model(spec.name), lambda _none: self._choose(spec)
            )

    def _choose(self, spec: ModelSpec) -> None:
        self._context.settings.put("scan/model", spec.name)
        self._note.setText(tr("{model} is used from the next scan on.", model=spec.label))
        self._refresh()

    def download(self) -> None:
        """Fetch the weights of the current model as a job."""
        spec, library = self._current(), self._context.library
        if spec is None or spec.downloaded:
            return
        started = self._context.tasks.run(
            self,
            tr("Download"),
            lambda token, progress: library.download_model(
                spec.name, token=token, progress=progress
            ),
            lambda _path: self._note.setText(tr("{model} is here.", model=spec.label)),
        )
        if started:
            self._show_download(on=True)
        else:
            self._note.setText(busy())

    def _trusted(self, spec: ModelSpec) -> bool:
        """A TorchScript file is a program; it is run only after an explicit yes."""
        box = message_box(
            self,
            tr("Run this file?"),
            tr(
                "{name} is a TorchScript file: a program that can do anything on this computer."
                " Use it only if you trust where it comes from.",
                name=spec.name,
            ),
            icon=QMessageBox.Icon.Question,
        )
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
        box.setDefaultButton(QMessageBox.StandardButton.No)
        return box.exec() == QMessageBox.StandardButton.Yes

    def _refresh(self) -> None:
        self._context.tasks.read(self, self._context.library.models, self._show, topic="models")

    def _show(self, specs: list[ModelSpec]) -> None:
        chosen = self._context.settings.scan_options().model
        before = self._current()
        wanted = before.name if before else chosen
        self.list.clear()
        for spec in specs:
            facts = [bytes_text(spec.size_bytes)] if spec.size_bytes else []
            if spec.source == "builtin":
                facts.append(tr("built in"))
            elif spec.source == "file":
                facts.append(tr("own file"))
            else:
                facts.append(tr("downloaded") if spec.downloaded else tr("to be downloaded"))
            if spec.name == chosen:
                facts.append(tr("in use"))
            item = QListWidgetItem(f"{spec.label}\n{' · '.join(facts)}")
            item.setData(SPEC, spec)
            self.list.addItem(item)
            if spec.name == wanted:
                self.list.setCurrentItem(item)
        self._show_actions()

    def _current(self) -> ModelSpec | None:
        item = self.list.currentItem()
        spec: ModelSpec | None = item.data(SPEC) if item is not None else None
        return spec

    def _show_actions(self) -> None:
        spec = self._current()
        chosen = self._context.settings.scan_options().model
        here = spec is not None and spec.downloaded
        self._use.setEnabled(here and spec is not None and spec.name != chosen)
        self._fetch.setVisible(spec is not None and not here and not self.downloading)

    def _show_download(self, *, on: bool) -> None:
        self.downloading = on
        self._stop.setVisible(on)
        self._bar.setVisible(on)
        self._bar.setRange(0, 0)
        self._show_actions()
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def _poll(self) -> None:
        progress = self._context.tasks.progress
        if progress.total:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * progress.done / progress.total))

    def _stop_download(self) -> None:
        self._context.tasks.token.stop()

    def _job_ended(self, _name: object) -> None:
        if self.downloading:
            self._show_download(on=False)
            self._refresh()

    def _set_device(self) -> None:
        self._context.settings.put("scan/device", self.device.currentData())
        self._show_device()

    def _show_device(self) -> None:
        wanted, library = self.device.currentData(), self._context.library
        self._context.tasks.read(
            self,
            lambda: library.device_name(wanted),
            lambda name: self._runs.setText(tr("Runs on: {device}", device=name)),
            topic="device",
            failed=lambda error: self._runs.setText(self._context.tasks.sentence(error)),
        )
