"""Different documents of one layout: never copies, never suggested for removal."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.support.camera_files import encoded, jpeg
from tests.support.drawing import draw
from tests.support.keeper_situations import noised, page, put
from tests.support.outside import see


def receipt(number: int, day: int, *, prices: bool = False) -> Image.Image:
    sheet = Image.new("RGB", (480, 800), (250, 250, 247))
    pen = ImageDraw.Draw(sheet)
    pen.text((90, 40), "CORNER BAKERY", "black", font=ImageFont.load_default(34))
    lines = [f"Receipt no. {number:06}", f"Date {day:02}.03.2024", ""]
    shift = number % 7 / 10 if prices else 0.0
    for item, price in (("Bread", 3.2), ("Coffee", 2.8), ("Butter", 2.1), ("Milk", 1.4)):
        lines.append(f"{item:<16}{price + shift:.2f}")
    for row, words in enumerate(lines):
        place = 60, 110 + 36 * row
        pen.text(place, words, "black", font=ImageFont.load_default(22))
    pen.text((120, 720), "Thank you", "black", font=ImageFont.load_default(22))
    return sheet


def test_receipts_photographed_on_one_table(folder: Path) -> None:
    for name, number, angle in (("a.jpg", 123, 3.0), ("b.jpg", 987, 3.4)):
        table = draw(5, (900, 1200))
        paper = receipt(number, number % 28, prices=True).resize((540, 900))
        paper = paper.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(120, 86, 52))
        table.paste(paper, (150, 130))
        put(folder, name, jpeg(noised(table, seed=number, grain=4), quality=88))
    seen = see(folder)
    assert seen.apart("a.jpg", "b.jpg")
    assert seen.suggested == set()


def test_documents_with_one_cover(folder: Path) -> None:
    cover = page(1, (620, 877))
    for name, seed in (("a.tif", 2), ("b.tif", 3)):
        second = [page(seed, (620, 877))]
        data = encoded(
            cover, "TIFF", save_all=True, append_images=second, compression="tiff_deflate"
        )
        put(folder, name, data)
    seen = see(folder)
    assert seen.apart("a.tif", "b.tif")
    assert seen.suggested == set()
