"""Puts Kindred into the menu of a freedesktop desktop (Linux and the BSDs)."""

import sys
from pathlib import Path

import kindred
from kindred.engine.errors import ActionError
from kindred.engine.messages import Code
from kindred.engine.paths import RESOURCES

_ENTRY = """[Desktop Entry]
Type=Application
Name=Kindred
Name[zh_CN]=Kindred 相似照片
Comment=Find duplicate and similar photos
Comment[zh_CN]=查找重复和相似的照片
Exec={command} %F
Icon=kindred
Terminal=false
Categories=Graphics;Photography;Utility;
MimeType=inode/directory;
"""


def install(base: Path | None = None) -> Path:
    """Write the menu entry and its icon below `base` (default ~/.local/share); returns the entry.

    Raises ActionError on systems whose menu works otherwise.
    """
    if sys.platform in ("win32", "darwin"):
        raise ActionError(Code.MENU_ON_LINUX)
    base = base or Path.home() / ".local" / "share"
    main = Path(kindred.__file__).resolve().parents[1] / "main.py"
    start = [str(main)] if main.is_file() else ["-m", "kindred"]
    icon = base / "icons" / "hicolor" / "scalable" / "apps" / "kindred.svg"
    entry = base / "applications" / "kindred.desktop"
    for path in (icon, entry):
        path.parent.mkdir(parents=True, exist_ok=True)
    icon.write_bytes((RESOURCES / "icons" / "kindred.svg").read_bytes())
    command = " ".join(_quoted(word) for word in (sys.executable, *start))
    entry.write_text(_ENTRY.format(command=command), encoding="utf-8")
    entry.chmod(0o755)  # some desktops refuse to start an entry that is not executable
    return entry


def _quoted(word: str) -> str:
    """A word of an Exec line, by the Desktop Entry specification's quoting rules."""
    for special in ("\\", '"', "`", "$"):
        word = word.replace(special, "\\" + special)
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'
