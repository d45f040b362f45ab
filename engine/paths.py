"""Where Kindred keeps its data, cache and logs (KINDRED_HOME overrides all), and paths as text."""

import contextlib
import os
import unicodedata
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
    def confirmed(self) -> Path:
        """What the user confirmed on this computer: never where the library is.

        KINDRED_CONFIG moves it. Raises OSError.
        """
        override = os.environ.get("KINDRED_CONFIG")
        if override:
            return Path(override).expanduser().absolute() / "confirmed.jsonl"
        import platformdirs

        return platformdirs.user_config_path("kindred", appauthor=False) / "confirmed.jsonl"

    @property
    def store(self) -> Path:
        return self.data / "kindred.sqlite"

    @property
    def small_pictures(self) -> Path:
        """What decoding.small_pictures keeps; may be cleared at any time."""
        return self.cache / "thumbnails"

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
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # of an earlier version, or somebody else's
            directory.chmod(0o700)
    return found


def private(file: Path) -> None:
    """Let nobody else read a file, where the system knows such a thing."""
    with contextlib.suppress(OSError):
        file.chmod(0o600)


def absolute(path: Path) -> Path:
    """`path` from the root, without "..", links kept: the form in which the store knows paths."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute leaves ".." in


_JOINERS = frozenset("\u200c\u200d")  # of Persian words and of families of emoji
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, format, surrogate, line ends


def visible_text(said: Path | str, *, lines: bool = False) -> str:
    """Text for a window, a terminal or a log: control and direction characters become escapes.

    A name cannot turn round what stands beside it, or command a terminal. lines: line ends and tabs
    stay; for texts of several lines, in which the names are visible text already.
    """
    text = str(said)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escaped(c) if unicodedata.category(c) in _UNSEEN and not (lines and c in "\n\t") else c
        for c in text
    )


def _escaped(character: str) -> str:
    if character in _JOINERS:
        return character
    return character.encode("unicode_escape").decode()


def plain_text(said: Path | str) -> str:
    """Text in UTF-8, whatever a file is called: bytes that are no characters become escapes."""
    return str(said).encode("utf-8", "backslashreplace").decode()
