import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from kindred.engine.decoding.decode import decode, open_upright, read_bytes, small_size, squash
from kindred.engine.digest import digest_bytes
from kindred.engine.errors import DecodeError
from kindred.engine.types import FoundFile, SkipReason
from tests.support.camera_files import display_p3
from tests.support.drawing import draw

register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF", "AVIF")


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def distance(first: np.ndarray, second: Image.Image) -> float:
    """Mean difference in grey levels, both at 16 x 16."""
    ours = np.asarray(Image.fromarray(first).resize((16, 16), Image.Resampling.BILINEAR), float)
    theirs = second.convert("RGB").resize((16, 16), Image.Resampling.BILINEAR)
    return float(abs(ours - np.asarray(theirs, float)).mean())


def found(path: Path) -> FoundFile:
    status = path.stat()
    return FoundFile(path, status.st_size, status.st_mtime_ns)


def reason_of(data: bytes, name: str = "a.jpg") -> SkipReason:
    with pytest.raises(DecodeError) as caught:
        decode(data, name=name, side=64)
    assert str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.reason


class TestFormats:
    @pytest.mark.parametrize("form", FORMATS)
    def test_shows_the_picture_at_the_size_asked(self, form: str) -> None:
        picture = draw(1, (600, 400))
        decoded = decode(encoded(picture, form), name="picture", side=100)
        assert (decoded.info.width, decoded.info.height) == (600, 400)
        assert decoded.info.format == form
        assert not decoded.info.damaged
        assert decoded.rgb.dtype == np.uint8
        assert min(decoded.rgb.shape[:2]) >= 100
        assert distance(decoded.rgb, picture) < 4

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_is_upright_in_both_ways(self, form: str, orientation: int, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = encoded(draw(2, (256, 192)), form, exif=exif)
        expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        decoded = decode(data, name="picture", side=64)
        assert (decoded.info.width, decoded.info.height) == expected.size
        assert decoded.info.orientation == (1 if form == "HEIF" else orientation)
        assert distance(decoded.rgb, expected) < 2
        path = tmp_path / "picture"
        path.write_bytes(data)
        whole = open_upright(path, max_side=None)
        assert whole.shape == (expected.height, expected.width, 3)
        assert distance(whole, expected) < 2
        small = open_upright(path, max_side=64)
        assert max(small.shape[:2]) == 64
        assert distance(small, expected) < 3

    def test_wrong_extension_does_not_matter(self) -> None:
        assert decode(encoded(draw(1), "PNG"), name="a.jpg", side=64).info.format == "PNG"
        assert decode(encoded(draw(1), "JPEG"), name="a.dng", side=64).info.format == "JPEG"

    def test_first_frame_of_an_animation(self) -> None:
        frames = [draw(seed, (128, 96)) for seed in (1, 2, 3)]
        for form in ("GIF", "PNG", "WEBP", "TIFF"):
            data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
            assert distance(decode(data, name="a", side=96).rgb, frames[0]) < 6

    def test_jpeg_is_scaled_by_the_decoder(self) -> None:
        data = encoded(draw(1, (2400, 1800)), "JPEG")
        assert decode(data, name="a", side=450).rgb.shape == (450, 600, 3)
        assert decode(data, name="a", side=451).rgb.shape == (900, 1200, 3)

    def test_sharpness_is_measured_at_one_scale(self) -> None:
        """A sixth of this would be enough for the network, but not for measuring."""
        picture = draw(1, (1200, 900))
        info = decode(encoded(picture, "PNG"), name="a", side=150).info
        small = decode(encoded(picture.reduce(4), "PNG"), name="a", side=150).info
        assert info.sharpness == pytest.approx(small.sharpness)

    def test_heic_preview_is_used_when_it_is_large_enough(self) -> None:
        picture = draw(3, (1024, 768))
        heif = io.BytesIO()
        picture.save(heif, "HEIF", thumbnails=[384])
        with_preview = heif.getvalue()
        decoded = decode(with_preview, name="a.heic", side=192)
        assert decoded.rgb.shape == (288, 384, 3)
        assert (decoded.info.width, decoded.info.height) == (1024, 768)
        assert decode(with_preview, name="a.heic", side=193).rgb.shape == (384, 512, 3)

    def test_it_is_large_enough_for_a_small_picture(self) -> None:
        for form in ("JPEG", "PNG", "WEBP"):
            for size in ((2048, 1536), (3000, 500), (300, 200)):
                rgb = decode(encoded(draw(1, size), form), name="a", side=100).rgb
                assert all(np.greater_equal(rgb.shape[1::-1], small_size(size)))

    def test_heic_preview_is_not_used_where_it_cannot_be_measured(self) -> None:
        data = encoded(draw(3, (1024, 768)), "HEIF", thumbnails=[380])
        assert decode(data, name="a.heic", side=100).rgb.shape[1] not in (380, 190)

    @pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 30000), (30000, 1), (3, 200)])
    @pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
    def test_extreme_shapes(self, size: tuple[int, int], form: str, tmp_path: Path) -> None:
        data = encoded(Image.effect_noise(size, 60).convert("RGB"), form)
        decoded = decode(data, name="a", side=224)
        assert decoded.rgb.shape == (size[1], size[0], 3)
        assert squash(decoded.rgb, side=32).shape == (32, 32, 3)
        path = tmp_path / "a"
        path.write_bytes(data)
        assert max(open_upright(path, max_side=100).shape[:2]) == min(100, max(size))


class TestDamage:
    @pytest.mark.parametrize("progressive", [False, True])
    @pytest.mark.parametrize("kept", [0.5, 0.9, 0.999])
    def test_truncated_jpeg_still_shows(self, progressive: bool, kept: float) -> None:
        picture = draw(4, (800, 600))
        data = encoded(picture, "JPEG", progressive=progressive)
        decoded = decode(data[: int(len(data) * kept)], name="a", side=128)
        assert decoded.info.damaged
        assert (decoded.info.width, decoded.info.height) == (800, 600)
        top = decoded.rgb[: len(decoded.rgb) // 4]
        assert distance(top, picture.crop((0, 0, 800, 150))) < 25

    @pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "GIF"])
    def test_truncated_rows_still_show(self, form: str, tmp_path: Path) -> None:
        picture = draw(4, (400, 300))
        data = encoded(picture, form, **({"interlace": 0} if form == "GIF" else {}))
        path = tmp_path / "a"
        path.write_bytes(data[: int(len(data) * 0.7)])
        decoded = decode(path.read_bytes(), name="a", side=300)
        assert decoded.info.damaged
        start = 150 if form == "BMP" else 0  # stored from the bottom up
        half = picture.crop((0, start, 400, start + 150))
        assert distance(decoded.rgb[start : start + 150], half) < 6
        assert np.array_equal(open_upright(path, max_side=None), decoded.rgb)

    @pytest.mark.parametrize("form", FORMATS)
    def test_only_a_header_is_damaged_not_shown(self, form: str) -> None:
        data = encoded(draw(4, (400, 300)), form)
        assert reason_of(data[:60]) is SkipReason.DAMAGED

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from(FORMATS), st.integers(0, 2**32), st.integers(1, 12), st.booleans())
    def test_mutated_files_end_decoded_or_with_a_reason(
        self, form: str, seed: int, flips: int, cut: bool
    ) -> None:
        rng = np.random.default_rng(seed)
        data = np.frombuffer(_SAMPLES[form], np.uint8).copy()
        # Half of the flips hit the headers, where they do most harm.
        limits = rng.choice([min(400, len(data)), len(data)], flips)
        data[(rng.random(flips) * limits).astype(int)] ^= (1 << rng.integers(0, 8, flips)).astype(
            np.uint8
        )
        mutated = data[: int(rng.integers(1, len(data)))] if cut else data
        try:
            decoded = decode(mutated.tobytes(), name="a.jpg", side=32)
        except DecodeError as error:
            assert error.reason is not SkipReason.CRASHED
        else:
            assert decoded.rgb.ndim == 3


_EXIF = Image.Exif()
_EXIF[271] = "Maker"
_EXIF[36867] = "2020:01:02 03:04:05"
_SAMPLES = {form: encoded(draw(5, (96, 64)), form, exif=_EXIF) for form in FORMATS}


class TestRefused:
    def test_what_is_not_a_picture(self) -> None:
        assert reason_of(b"hello, this is text") is SkipReason.NOT_A_PICTURE
        assert reason_of(b"\0" * 5000) is SkipReason.NOT_A_PICTURE
        assert reason_of(b"GIF89a") is SkipReason.DAMAGED

    def test_header_that_promises_too_much_takes_no_memory(self) -> None:
        def chunk(kind: bytes, body: bytes) -> bytes:
            check = struct.pack(">I", zlib.crc32(kind + body))
            return struct.pack(">I", len(body)) + kind + body + check

        header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
        png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))
        assert reason_of(png) is SkipReason.TOO_LARGE
        jpeg = bytearray(encoded(Image.new("RGB", (64, 64)), "JPEG"))
        at = jpeg.index(b"\xff\xc0") + 5
        jpeg[at : at + 4] = struct.pack(">HH", 60000, 60000)
        assert reason_of(bytes(jpeg)) is SkipReason.TOO_LARGE
        bmp = bytearray(encoded(Image.new("RGB", (64, 64)), "BMP"))
        bmp[18:26] = struct.pack("<ii", 60000, 60000)
        assert reason_of(bytes(bmp)) is SkipReason.TOO_LARGE
        gif = bytearray(encoded(Image.new("P", (64, 64)), "GIF"))
        gif[6:10] = struct.pack("<HH", 60000, 60000)
        assert reason_of(bytes(gif)) is SkipReason.TOO_LARGE

    def test_a_text_bomb_is_passed_over(self) -> None:
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("bomb", "a" * 20_000_000, zip=True)
        data = encoded(draw(1, (64, 48)), "PNG", pnginfo=info)
        assert decode(data, name="a.png", side=64).rgb.shape == (48, 64, 3)


class TestReadBytes:
    def test_reads_what_the_walk_saw(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jpg"
        path.write_bytes(b"data")
        data = read_bytes(found(path))
        assert data == b"data"
        # From the b3sum program; keys of the store depend on it.
        empty = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        assert digest_bytes(b"") == empty
        assert digest_bytes(data) != digest_bytes(b"datb")

    def test_reasons(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jpg"

        def reason(file: FoundFile) -> SkipReason:
            with pytest.raises(DecodeError) as caught:
                read_bytes(file)
            return caught.value.reason

        path.write_bytes(b"")
        assert reason(found(path)) is SkipReason.EMPTY
        path.write_bytes(b"data")
        before = found(path)
        path.write_bytes(b"more data")
        assert reason(before) is SkipReason.CHANGED
        before = found(path)
        os.utime(path, ns=(1, before.mtime_ns + 1000))
        assert reason(before) is SkipReason.CHANGED
        path.unlink()
        assert reason(before) is SkipReason.VANISHED
        path.mkdir()
        assert reason(before) in (SkipReason.NOT_A_PICTURE, SkipReason.UNREADABLE)
        assert reason(FoundFile(path, 3 << 30, 0)) is SkipReason.TOO_LARGE

    @pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders")
    def test_pipe_in_the_place_of_a_file_does_not_block(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jpg"
        path.write_bytes(b"data")
        before = found(path)
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(DecodeError) as caught:
            read_bytes(before)
        assert caught.value.reason is SkipReason.NOT_A_PICTURE

    def test_names_that_are_not_text(self, tmp_path: Path) -> None:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.jpg"))
        path.write_bytes(encoded(draw(1), "JPEG"))
        assert decode(read_bytes(found(path)), name=path.name, side=64).info.format == "JPEG"


def test_squash_keeps_the_whole_picture_and_averages() -> None:
    stripes = np.zeros((400, 300, 3), np.uint8)
    stripes[::2] = 255
    square = squash(stripes, side=50)
    assert square.shape == (50, 50, 3)
    assert abs(square.astype(int) - 127).max() <= 8
    halves = np.zeros((100, 200, 3), np.uint8)
    halves[:, 100:] = 255
    assert squash(halves, side=20)[:, [0, -1], 0].tolist() == [[0, 255]] * 20


def test_threads_decode_the_same(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    whole = encoded(draw(6, (500, 400)), "JPEG")
    files = [whole, whole[: len(whole) // 2], b"text", whole[:40]] * 20

    def outcome(data: bytes) -> object:
        try:
            decoded = decode(data, name="a", side=64)
        except DecodeError as error:
            return error.reason
        return decoded.info.damaged, decoded.rgb.tobytes()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(outcome, files))
    assert results == results[:4] * 20
    assert [results[0][0], results[1][0], *results[2:4]] == [
        False, True, SkipReason.NOT_A_PICTURE, SkipReason.DAMAGED,
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_stored_values_are_those_before_the_profile(form: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"lossless": True} if form == "WEBP" else {}
    picture = draw(1, (160, 120))
    picture.save(path, form, icc_profile=display_p3(), exif=exif, **options)
    with Image.open(path) as opened:
        stored = np.asarray(opened.convert("RGB").transpose(Image.Transpose.ROTATE_270))
    assert np.array_equal(open_upright(path, max_side=None, stored=True), stored)
    assert not np.array_equal(open_upright(path, max_side=None), stored)
