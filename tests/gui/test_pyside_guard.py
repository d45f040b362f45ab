"""PySide6 6.12.0 on Python 3.11 lost a reference to None on every void call: none may be lost."""

import sys

from PySide6.QtCore import QObject

CALLS = 5000


def test_void_calls_keep_none_alive() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("a")
    assert sys.getrefcount(None) > before - CALLS // 2
