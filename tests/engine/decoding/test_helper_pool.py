"""What a decoder's death, hang or lie costs: the picture it had, and nothing else."""

import os
import struct
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.decoding import helper_pool
from kindred.engine.decoding.decode import decode, decode_here, open_luminance, open_upright
from kindred.engine.errors import DecodeError
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.types import ScanOptions, SkipReason
from tests.support.drawing import draw
from tests.support.faulty_decoder import answers
from tests.support.hostile import encoded
from tests.support.negatives import exif_block

PICTURE = encoded(draw(1, (160, 120)), "GIF")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="limits and /proc of Linux")


@pytest.fixture(autouse=True)
def helpers() -> Iterator[None]:
    """Helpers that start and end within a test."""
    helper_pool.close()
    yield
    helper_pool.close()


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        helper_pool, "COMMAND", [sys.executable, "-m", "tests.support.faulty_decoder"]
    )


def refusal(name: str, data: bytes = PICTURE) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(data, name=name, side=64)
    assert "\n" not in str(caught.value)
    return caught.value


def children() -> set[int]:
    """Processes started by this one that are not waited for yet."""
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(child) for task in listed for child in task.read_text().split()}


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF"])
def test_a_helper_gives_what_the_decoder_gives(form: str, tmp_path: Path) -> None:
    data = encoded(draw(2, (300, 200)), form)
    path = tmp_path / "a"
    path.write_bytes(data)
    decoded = decode(data, name="a", side=64)
    rgb, info = decode_here("photo", data, name="a", side=64, tables=True)
    assert np.array_equal(decoded.rgb, rgb) and decoded.info == info
    view, _ = decode_here("view", data, name="a", side=100, tables=True)
    assert np.array_equal(open_upright(path, max_side=100), view)
    grey, _ = decode_here("luminance", data, name="a", side=None, tables=True)
    assert np.array_equal(open_luminance(path), grey) and grey.ndim == 2


@linux
def test_jpeg_png_and_nonsense_need_no_helper_and_all_else_does() -> None:
    for form in ("JPEG", "PNG"):
        decode(encoded(draw(1, (64, 48)), form, progressive=True), name="a", side=32)
    assert not children()
    refusal("a.jpg", b"no picture")
    assert not children()
    decode(PICTURE, name="a.jpg", side=32)  # whatever it is called
    assert len(children()) == 1


@posix
def test_what_takes_processor_time_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_pool, "SECONDS", 1)
    assert refusal("a.jpg", scans_without_end(10_000)).reason is SkipReason.TOO_SLOW
    sound = encoded(draw(1, (48, 36)), "JPEG")
    filled = sound[:2] + b"\xff" * 20_000_000 + sound[2:]
    found = refusal("a.jpg", filled)
    assert found.reason is SkipReason.TOO_SLOW and "1 seconds" in str(found)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_exif_that_names_the_same_bytes_for_every_tag_takes_little_memory(form: str) -> None:
    """Pillow would read 60 KB for each of 5,000 tags."""
    tags = [(number, 2, 60_000, struct.pack("<I", 8)) for number in range(5000)]
    block = exif_block(tags).ljust(65_000, b"a")
    data = encoded(draw(1, (48, 36)), form, exif=block)
    tracemalloc.start()
    try:
        assert decode(data, name="a", side=32).info.orientation == 1
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@linux
def test_a_profile_with_tables_is_applied_by_a_helper() -> None:
    from PIL import ImageCms

    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    decode(encoded(draw(1, (64, 48)), "JPEG", icc_profile=plain), name="a", side=32)
    assert not children()
    tables = plain.replace(b"rTRC", b"A2B0")
    assert tables != plain
    decode(encoded(draw(1, (64, 48)), "JPEG", icc_profile=tables), name="a", side=32)
    assert len(children()) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("segfault", "signal 11"), ("abort", "signal 6"), ("exit", "exit code 0")]
)
@pytest.mark.usefixtures("faulty")
def test_a_dead_decoder_is_the_pictures_fault(name: str, words: str) -> None:
    if sys.platform == "win32":
        words = "crashed"
    found = refusal(f"{name} .gif")
    assert found.reason is SkipReason.CRASHED and words in str(found)
    assert decode(PICTURE, name="sound.gif", side=64).info.format == "GIF"


@posix
@pytest.mark.usefixtures("faulty")
def test_a_hanging_decoder_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decode(PICTURE, name="sound.gif", side=64)
    before = children()
    monkeypatch.setattr(helper_pool, "LONGEST", 0.3)
    found = refusal("hang .gif")
    assert found.reason is SkipReason.TOO_SLOW and "0.3 seconds" in str(found)
    monkeypatch.setattr(helper_pool, "LONGEST", 60)
    assert decode(PICTURE, name="sound.gif", side=64)
    if sys.platform == "linux":
        assert before.isdisjoint(children())


@linux
@pytest.mark.usefixtures("faulty")
def test_memory_is_limited_in_the_helper() -> None:
    assert decode(PICTURE, name="sound.gif", side=64)
    before = children()
    found = refusal("hog .gif")
    assert found.reason is SkipReason.TOO_LARGE
    assert children() == before, "it is not the helper's end"
    assert decode(PICTURE, name="sound.gif", side=64)


@pytest.mark.usefixtures("faulty")
def test_what_libraries_print_does_not_matter() -> None:
    assert decode(PICTURE, name="print .gif", side=64).info.width == 160


@pytest.mark.parametrize("lie", sorted(answers))
@pytest.mark.usefixtures("faulty")
def test_a_helper_that_was_taken_over_is_not_believed(
    lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINDRED_LIE", lie)
    assert refusal("a.gif").reason is SkipReason.CRASHED


@pytest.mark.usefixtures("faulty")
def test_a_helper_without_work_goes_home_and_another_takes_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KINDRED_IDLE", "0.2")
    assert decode(PICTURE, name="a.gif", side=64)
    (helper,) = helper_pool._idle
    deadline = time.monotonic() + 20
    while helper.alive and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not helper.alive
    assert decode(PICTURE, name="a.gif", side=64).info.width == 160
    assert helper not in helper_pool._idle


@posix
def test_a_helper_that_died_between_two_pictures_is_replaced() -> None:
    decode(PICTURE, name="a.gif", side=64)
    for helper in helper_pool._idle:
        helper.kill()
    assert decode(PICTURE, name="a.gif", side=64).info.width == 160


@pytest.mark.parametrize("command", [["/nowhere/python"], [sys.executable, "-c", "exit(3)"]])
def test_without_a_helper_the_file_waits_for_another_scan(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.gif").write_bytes(PICTURE)
    options = ScanOptions(workers=1)
    with monkeypatch.context() as broken:
        broken.setattr(helper_pool, "COMMAND", command)
        for _ in range(3):
            (skipped,) = library.scan([folder], options=options, token=CancelToken()).skipped
            assert "no decoder can be started" in skipped.detail
    assert library.scan([folder], options=options, token=CancelToken()).photos == 1


@pytest.mark.usefixtures("faulty")
def test_a_slow_start_is_not_the_pictures_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDRED_START", "4")
    monkeypatch.setattr(helper_pool, "LONGEST", 3)
    assert decode(PICTURE, name="a.gif", side=64).info.width == 160


@pytest.mark.usefixtures("faulty")
def test_a_start_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDRED_START", "600")
    monkeypatch.setattr(helper_pool, "START_SECONDS", 0.3)
    assert refusal("a.gif").reason is SkipReason.UNREADABLE
    if sys.platform == "linux":
        assert not children()


@linux
def test_small_pipes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel lends an ordinary user large ones for the first few helpers only."""
    import fcntl

    def control(_file: int, command: int, *_: int) -> int:
        assert command == fcntl.F_SETPIPE_SZ
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(fcntl, "fcntl", control)
    assert decode(PICTURE, name="a.gif", side=64).info.width == 160


def scans_without_end(count: int, side: int = 5000) -> bytes:
    """A grey progressive JPEG of `count` scans that refine nothing, each of some 20 bytes."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    blocks = (-(-side // 8)) ** 2
    one_code = bytes([1] + 15 * [0])  # the code "0", of one bit
    runs = "".join(f"0{min(0x7FFF, blocks - at) - 0x4000:014b}" for at in range(0, blocks, 0x7FFF))
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xDB, bytes([0] + 64 * [1])),
            segment(0xC2, struct.pack(">BHHB3B", 8, side, side, 1, 1, 0x11, 0)),
            segment(0xC4, b"\x00" + one_code + b"\x00"),  # no difference
            segment(0xC4, b"\x10" + one_code + b"\xe0"),  # the end of 16384 blocks and more
            segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + bytes(-(-blocks // 8)),
            count * (segment(0xDA, bytes([1, 1, 0, 1, 63, 0x10])) + packed(runs)),
            b"\xff\xd9",
        )
    )


def packed(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


@pytest.mark.usefixtures("faulty")
def test_a_scan_names_the_files_and_goes_on(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    names = ["segfault 1.gif", "abort 1.gif", "hog 1.gif"]
    if sys.platform != "linux":
        names = names[:2]
    for number in range(6):
        draw(number, (64, 48)).save(folder / f"sound {number}.gif")
    for number, name in enumerate(names):
        (folder / name).write_bytes(encoded(draw(10 + number, (64, 48)), "GIF"))
    report = library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())
    assert report.photos == 6
    reasons = {skipped.path.name: skipped.reason for skipped in report.skipped}
    expected = [SkipReason.CRASHED, SkipReason.CRASHED, SkipReason.TOO_LARGE]
    assert reasons == dict(zip(names, expected, strict=False))


@linux
def test_threads_have_a_helper_each_and_keep_it() -> None:
    gate = threading.Barrier(3)

    def work(_number: int) -> dict[str, object]:
        gate.wait()
        return asdict(decode(PICTURE, name="a.gif", side=64).info)

    with ThreadPoolExecutor(3) as pool:
        first = list(pool.map(work, range(3)))
        helpers = children()
        second = list(pool.map(work, range(30)))
    assert all(info == first[0] for info in first + second)
    assert helpers <= children() and len(children()) <= 3  # a late thread may need one more
    helper_pool.close()
    assert not children()
