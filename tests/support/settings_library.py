"""A library for the pages of the settings: it keeps what it is told in attributes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kindred.engine.embedding.calibration import Refit
from kindred.engine.embedding.embedder import ModelSpec
from kindred.engine.judgement import keeper
from kindred.engine.messages import Code, tell
from kindred.engine.paths import Home
from kindred.engine.progress import CancelToken, ProgressSink
from kindred.engine.types import Calibration, Group


class SettingsLibrary:
    """Keeps what it is told in attributes."""

    def __init__(self, home: Home, groups: list[Group]) -> None:
        self.home, self._groups = home, groups
        self.names: Sequence[str] = keeper.DEFAULT_RULES
        self.values: dict[str, Any] = {}
        self.guarded: list[Path] = []
        self.own: Calibration | None = Calibration(0.6, 0.8, 0.9, 0.95)
        self.fitted: Calibration | None = None
        self.trusted: list[str] = []
        self.error: Exception | None = None
        self.specs = [
            ModelSpec("builtin", "Kindred", 256, 224, "builtin", True, 9_000_000),
            ModelSpec("resnet50", "ResNet-50", 2048, 224, "torchvision", False, 102_000_000),
            ModelSpec("own.pt", "own", 0, 224, "file", True, 1_000_000),
        ]

    def rules(self) -> Sequence[str]:
        return self.names

    def set_rules(self, names: Sequence[str]) -> None:
        self.names = tuple(names)

    def rule_preview(self, groups: Sequence[Group], names: Sequence[str]) -> dict[str, int]:
        return keeper.preview(groups, rules=names)

    def groups(self, *, strictness: float) -> list[Group]:
        return self._groups

    def setting(self, key: str, default: Any) -> Any:
        return self.values.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self.values[key] = value

    def burst_gap(self) -> float:
        return float(self.setting("burst gap", 1.0))

    def set_burst_gap(self, seconds: float) -> None:
        self.set_setting("burst gap", seconds)

    def protected(self) -> list[Path]:
        return list(self.guarded)

    def protect(self, folder: Path) -> None:
        self.guarded.append(folder)

    def unprotect(self, folder: Path) -> None:
        self.guarded.remove(folder)

    def models(self) -> list[ModelSpec]:
        return self.specs

    def download_model(self, name: str, *, token: CancelToken, progress: ProgressSink) -> Path:
        if self.error:
            raise self.error
        self.specs = [
            ModelSpec(s.name, s.label, s.dim, s.side, s.source, True, s.size_bytes)
            for s in self.specs
        ]
        return self.home.models / name

    def trust_model(self, name: str) -> None:
        self.trusted.append(name)

    def calibration(self) -> Calibration | None:
        return self.fitted or self.own

    def calibrate(self) -> Refit:
        self.fitted = Calibration(0.6, 0.75, 0.9, 0.95)
        message = tell(Code.FITTED, duplicates=30, different=22, similar=0.75, before=0.8)
        return Refit(self.fitted, 30, 22, message)

    def reset_calibration(self) -> None:
        self.fitted = None

    def device_name(self, wanted: str) -> str:
        from kindred.engine.embedding import devices

        return devices.device_name(devices.choose(wanted))

    def facts(self) -> dict[str, str]:
        return {"model": "kindred-1"}
