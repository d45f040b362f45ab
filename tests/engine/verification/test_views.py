"""Opened pictures: each once, whoever asks, and no more of them than fit."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.decoding import decode
from kindred.engine.decoding.small_pictures import SmallPictures
from kindred.engine.types import Kind, Photo
from kindred.engine.verification.signature import signature
from kindred.engine.verification.verify import clear_caches, verify
from kindred.engine.verification.views import OpenedPictures, View, views_of
from tests.support.drawing import draw
from tests.support.scenery import CALIBRATION

PICTURE = np.zeros((10, 10, 3), np.uint8)  # 300 bytes


def test_one_picture_is_opened_once_by_threads_that_ask_together() -> None:
    opened, gate = OpenedPictures(limit=1000), threading.Event()
    asked: list[int] = []

    def make() -> np.ndarray:
        asked.append(1)
        gate.wait(5)
        return PICTURE

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(opened.get, "a", make) for _ in range(4)]
        gate.set()
        assert all(future.result() is PICTURE for future in futures)
    assert len(asked) == 1


def test_the_longest_unused_are_let_go() -> None:
    opened, made = OpenedPictures(limit=700), []

    def ask(key: str) -> None:
        opened.get(key, lambda: made.append(key) or PICTURE.copy())

    for key in "abacab":
        ask(key)
    assert made == ["a", "b", "c", "b"]
    opened.clear()
    ask("a")
    assert made[-1] == "a"


def test_what_cannot_be_opened_is_tried_again() -> None:
    opened = OpenedPictures(limit=1000)

    def broken() -> np.ndarray:
        raise OSError

    for _ in range(2):
        with pytest.raises(OSError):
            opened.get("a", broken)
    assert opened.get("a", lambda: PICTURE) is PICTURE


def pair(folder: Path, one: bytes, other: bytes) -> tuple[View, View]:
    photos = []
    for number, data in enumerate((one, other), 1):
        path = folder / f"{number}.jpg"
        path.write_bytes(data)
        picture = decode.decode(data, name=path.name, side=64)
        photos.append((Photo(path, str(number), number, len(data), 0, picture.info), picture.rgb))
    signatures = np.stack([signature(rgb) for _, rgb in photos])
    pictures = SmallPictures(folder / "small")
    views = views_of([photo for photo, _ in photos], signatures, pictures=pictures)
    return views[1], views[2]


def test_other_metadata_on_the_same_picture_data_need_no_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear_caches()
    buffer = io.BytesIO()
    draw(5).save(buffer, "JPEG", quality=90)
    plain = buffer.getvalue()
    noted = plain[:2] + b"\xff\xfe\x00\x05abc" + plain[2:]
    views = pair(tmp_path, plain, noted)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(decode, "open_upright", refuse)
    found = verify(*views, similarity=1.0, calibration=CALIBRATION)
    assert found.kind is Kind.COPY and found.confidence == 1
    assert found.registration is not None
    assert np.allclose(np.reshape(found.registration.matrix, (3, 3)), np.eye(3))
