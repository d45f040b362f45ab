"""The log: one line an entry, nothing in it that commands a terminal, no folders at INFO."""

import logging
from pathlib import Path

from kindred.gui.services.log_format import LogFormatter


def line(level: int, text: str, *values: object, error: Exception | None = None) -> str:
    raised = (type(error), error, None) if error else None
    record = logging.LogRecord("kindred", level, __file__, 1, text, values, raised)
    return LogFormatter().format(record).split("kindred: ", 1)[1]


def test_a_name_cannot_make_lines_or_commands_in_the_log() -> None:
    name = "a\n2026-01-01 CRITICAL kindred: forged\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}.jpg"
    said = line(logging.WARNING, "no thumbnail of %s", name)
    assert "\n" not in said and "\x1b" not in said and "\\u202e.jpg" in said


def test_information_names_no_folders() -> None:
    path, gone = Path("/home/me/private/a.jpg"), FileNotFoundError(2, "No such file", "/home/me/b")
    assert line(logging.INFO, "no thumbnail of %s: %s", path, gone) == (
        "no thumbnail of a.jpg: No such file: b"
    )
    assert "private" not in line(logging.INFO, "skipped %r: %s", str(path), "damaged")
    said = line(logging.INFO, "a hit cannot be compared", error=gone)
    assert "/home" not in said and "No such file" in said
    assert str(path) in line(logging.WARNING, "%s is left for the next start", path)
