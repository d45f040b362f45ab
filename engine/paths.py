"""Where Kindred keeps its data, cache and logs (KINDRED_HOME overrides all), and paths as text."""

import os
from dataclasses import dataclass
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
"""What the app ships besides code, in a checkout and in an installed package."""


@dataclass(frozen=True, slots=True)
class Home:
    """The directories of one Kindred installation; made when first asked for."""

    data: Path
    cache: Path
    logs: Path

    @property
    def store(self) -> Path:
        return self.data / "kindred.sqlite"

    @property
    def models(self) -> Path:
        """Weights the user downloaded or added."""
        return self.data / "models"


def home() -> Home:
    """The directories for this user. Raises OSError when they cannot be made."""
    override = os.environ.get("KINDRED_HOME")
    if override:
        base = Path(override).expanduser().absolute()
        found = Home(base / "data", base / "cache", base / "logs")
    else:
        import platformdirs

        dirs = platformdirs.PlatformDirs("kindred", appauthor=False)
        found = Home(dirs.user_data_path, dirs.user_cache_path, dirs.user_log_path)
    for directory in (found.data, found.cache, found.logs):
        directory.mkdir(parents=True, exist_ok=True)
    return found


def absolute(path: Path) -> Path:
    """`path` from the root, without "..", links kept: the form in which the store knows paths."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute leaves ".." in


def plain_text(said: Path | str) -> str:
    """Text in UTF-8, whatever a file is called: bytes that are no characters become escapes."""
    return str(said).encode("utf-8", "backslashreplace").decode()
