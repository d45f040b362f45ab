"""What the user chose for a library: keeper rules, network, scale of similarity."""

import importlib.metadata
import platform
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindred.engine.paths import Home, absolute
from kindred.engine.progress import CancelToken, ProgressSink, ignore
from kindred.engine.store import Store
from kindred.engine.types import Group

if TYPE_CHECKING:  # these bring numpy and more; the window opens without them
    from kindred.engine.embedding.calibration import Calibration
    from kindred.engine.embedding.embedder import Embedder, ModelSpec
    from kindred.engine.grouping.groups import Taste

_TRUSTED = "trusted programs"  # setting: file name -> SHA-256


class Choices:
    """The part of engine.library.Library that answers what was chosen. Safe from any thread."""

    def __init__(self, where: Home, store: Store, *, embedder: "Embedder | None" = None) -> None:
        self.home = where
        self._store = store
        self._given = embedder
        self._embedders: dict[tuple[str, str], Embedder] = {}
        self._loading = threading.Lock()

    def rules(self) -> tuple[str, ...]:
        """Names of the keeper rules that are on, in their order."""
        from kindred.engine.judgement import keeper

        return tuple(self.setting("keeper rules", keeper.DEFAULT_RULES))

    def set_rules(self, names: Sequence[str]) -> None:
        self.set_setting("keeper rules", list(names))

    def rule_preview(self, groups: Sequence[Group], names: Sequence[str]) -> dict[str, int]:
        """How many of the groups each of these keeper rules would decide."""
        from kindred.engine.judgement import keeper

        return keeper.preview(
            groups, rules=names, preferred=self.preferred(), protected=self._store.protected()
        )

    def preferred(self) -> tuple[Path, ...]:
        """Folders whose photos are rather kept, the best first."""
        return tuple(Path(folder) for folder in self.setting("preferred folders", []))

    def protected(self) -> list[Path]:
        """The folders nothing is ever removed from."""
        return self._store.protected()

    def protect(self, folder: Path) -> None:
        self._store.protect(absolute(folder))

    def unprotect(self, folder: Path) -> None:
        self._store.unprotect(absolute(folder))

    def taste(self) -> "Taste":
        """How keepers are chosen, as engine.grouping.groups takes it."""
        from kindred.engine.grouping.groups import Taste

        return Taste(self.rules(), self.preferred(), tuple(self._store.protected()))

    def setting(self, key: str, default: Any) -> Any:
        """A setting of this library, kept in the store as JSON."""
        return self._store.setting(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self._store.set_setting(key, value)

    def models(self) -> "list[ModelSpec]":
        """The networks one can choose, the built-in one first."""
        from kindred.engine.embedding import embedder

        return embedder.available(self.home)

    def download_model(
        self, name: str, *, token: CancelToken, progress: ProgressSink = ignore
    ) -> Path:
        """Fetch the weights of a torchvision network, on the user's request only."""
        from kindred.engine.embedding import embedder

        return embedder.download(name, home=self.home, token=token, progress=progress)

    def trust_model(self, name: str) -> None:
        """Let a file that is a program (TorchScript) run, as long as its bytes stay the same."""
        from kindred.engine.embedding import weights

        digest = weights.sha256(self.home.models / name)
        self.set_setting(_TRUSTED, {**self.setting(_TRUSTED, {}), name: digest})

    def _trusts(self, name: str) -> bool:
        from kindred.engine.embedding import weights

        digest, path = self.setting(_TRUSTED, {}).get(name), self.home.models / name
        return digest is not None and path.is_file() and digest == weights.sha256(path)

    def calibration(self) -> dict[str, float]:
        """What cosine means for the current model and this user, see embedding.calibration."""
        fitted: dict[str, float] = self.setting(self._calibration_key(), {})
        return self._built_in_calibration() | fitted

    def _built_in_calibration(self) -> dict[str, float]:
        found: dict[str, float] = self.setting(f"scale of {self.setting('model id', '')}", {})
        return found

    def calibrate(self) -> "Calibration":
        """Fit the scale of similarity to the decisions so far; changes nothing below 20 of each."""
        from kindred.engine.embedding import calibration as calibrate

        result = calibrate.from_decisions(
            self._store, model=self.setting("model id", ""), default=self._built_in_calibration()
        )
        if result.thresholds is not None:
            self.set_setting(self._calibration_key(), result.thresholds)
        return result

    def reset_calibration(self) -> None:
        """Go back to the model's own scale."""
        self.set_setting(self._calibration_key(), {})

    def _calibration_key(self) -> str:
        return f"calibration of {self.setting('model id', '')}"

    def _current_embedder(self) -> "Embedder":
        return self._embedder(self.setting("model", "builtin"), self.setting("device", "auto"))

    def _embedder(self, model: str, device: str) -> "Embedder":
        if self._given is not None:
            return self._given
        from kindred.engine.embedding import embedder

        with self._loading:
            key = (model, device)
            if key not in self._embedders:
                trust = {"trusted": True} if self._trusts(model) else {}
                self._embedders[key] = embedder.load(model, device=device, home=self.home, **trust)
            return self._embedders[key]

    def facts(self) -> dict[str, str]:
        """What a bug report needs: versions, folders, model, device."""
        embedder = self._current_embedder()
        packages = ("kindred", "torch", "torchvision", "onnxruntime", "faiss-cpu", "pillow")
        versions = {name: _version(name) for name in packages}
        return {
            "system": platform.platform(),
            "python": platform.python_version(),
            **versions,
            "store": str(self.home.store),
            "photos": str(self._store.photo_count()),
            "model": embedder.id,
            "device": f"{embedder.device} ({embedder.runtime})",
        }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # Kindred itself in a bare checkout
        return "not installed"
