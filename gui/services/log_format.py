"""How the log is written: one line an entry, and at level INFO no folders."""

import copy
import logging
from pathlib import Path

from kindred.engine.paths import visible_text


class LogFormatter(logging.Formatter):
    """Shows control characters; says of what is only information no more than names of files.

    A log goes along with a report of a mistake; which folders a computer has is nobody's business.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)
        shown.exc_text = None  # what another handler made of it
        if record.levelno <= logging.INFO:
            if isinstance(record.args, tuple):
                shown.args = tuple(map(_without_folder, record.args))
            if record.exc_info and record.exc_info[1]:
                shown.msg = f"{shown.getMessage()}: {_without_folder(record.exc_info[1])!r}"
                shown.args, shown.exc_info = (), None
        shown.msg, shown.args = visible_text(shown.getMessage()), ()
        return visible_text(super().format(shown), lines=True)


def _without_folder(value: object) -> object:
    if isinstance(value, OSError) and value.filename is not None:
        return f"{value.strerror}: {Path(str(value.filename)).name}"
    if isinstance(value, Path):
        return value.name
    if isinstance(value, str) and Path(value).is_absolute():
        return Path(value).name
    return value
