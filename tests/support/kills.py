"""A child process that is killed just before one of its steps: no moment is left to chance."""

import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CHANGES = frozenset(
    {"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime"}
)
# Reads, and what changes only the temporary tables of a connection: nothing on the disk.
_READS = ("SELECT", "PRAGMA", "--", "CREATE TEMP", "DELETE FROM SETTLED_CHANGES")


def ended(work: Callable[[], object], *, before: int) -> bool:
    """Do `work` in a child that kills itself (SIGKILL) before its `before`-th step, from 1.

    A step is a change of a file or a folder, or a statement that changes a database. Of a file
    that is being copied, half is there. Returns whether the work came to its end instead.
    """
    child = os.fork()
    if child == 0:
        code = 3
        try:
            _kill_before(before)
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def _kill_before(number: int) -> None:
    steps = 0

    def step(last: Callable[[], None] = lambda: None) -> None:
        nonlocal steps
        steps += 1
        if steps == number:
            last()
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(text: str) -> None:
        if not text.lstrip().upper().startswith(_READS):
            step()

    def seen(event: str, arguments: tuple) -> None:
        writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event == "shutil.copyfile":
            step(lambda: _copy_half(*map(Path, arguments)))
        elif event in _CHANGES or writes:
            step()

    connect = sqlite3.connect

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(statement)
        return connection

    sqlite3.connect = watched
    sys.addaudithook(seen)


def _copy_half(source: Path, target: Path) -> None:
    data = source.read_bytes()
    target.write_bytes(data[: len(data) // 2])
