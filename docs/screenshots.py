"""Makes the README's screenshots from drawn pictures: `python docs/screenshots.py [FOLDER]`.

FOLDER gets every page, light and dark; without it docs/images gets those that the README shows, and
way.webp: the way from the first start to the removed copies.
"""

import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kindred.engine.paths import Home, home
from kindred.engine.removal.trash import folder_trash
from kindred.gui.app import open_library
from kindred.gui.compare.compare_view import CompareView
from kindred.gui.removal.removal_dialog import RemovalDialog
from kindred.gui.services.dropped_data import png
from kindred.gui.services.preferences import Settings
from kindred.gui.services.thumbnails import Thumbnails
from kindred.gui.widgets import theme
from kindred.gui.window.main_window import MainWindow

SHOWN = ("review-light.png", "compare-dark.png", "incoming-light.png", "way.webp")
FRAME_MS = 2500  # of the way
SKIES = (
    ((18, 32, 74), (244, 146, 96)),
    ((88, 152, 220), (226, 240, 250)),
    ((60, 44, 92), (250, 190, 150)),
    ((120, 180, 230), (250, 250, 244)),
    ((30, 60, 110), (180, 210, 230)),
    ((90, 70, 120), (255, 214, 130)),
)


def landscape(seed: int, *, shift: int = 0, size: tuple[int, int] = (1600, 1067)) -> Image.Image:
    """Hills, trees and a sun under an evening sky; `shift` is the next frame of the same scene."""
    rng = np.random.default_rng(seed)
    width, height = size
    top, bottom = (np.array(colour, np.float32) for colour in SKIES[seed % len(SKIES)])
    fade = np.linspace(0, 1, height, dtype=np.float32)[:, None, None] ** 1.4
    picture = Image.fromarray(
        np.broadcast_to(top + (bottom - top) * fade, (height, width, 3)).astype(np.uint8)
    )
    pen = ImageDraw.Draw(picture)
    x, y, r = (
        rng.uniform(0.2, 0.8) * width + 2 * shift,
        rng.uniform(0.2, 0.4) * height,
        0.06 * height,
    )
    pen.ellipse((x - r, y - r, x + r, y + r), fill=(255, 244, 214))
    across = np.arange(width)
    for layer in range(5):
        base = height * (0.42 + 0.12 * layer)
        ridge = base + sum(
            height * 0.05 / k * np.sin((across + shift * layer) * k * 2 * np.pi / width + phase)
            for k, phase in zip((1.3, 2.7, 5.1, 11.0), rng.uniform(0, 6, 4), strict=True)
        )
        shade = tuple(
            int(c) for c in (bottom * (0.62 - 0.12 * layer) + rng.uniform(-12, 12, 3)).clip(0)
        )
        points = [(0, height), *zip(across.tolist(), ridge.tolist(), strict=True), (width, height)]
        pen.polygon(points, fill=shade)
        for tree in rng.integers(0, width, 14 * layer).tolist():
            foot, tall = float(ridge[tree]), float(rng.uniform(0.03, 0.05) * height * layer / 2)
            dark = tuple(int(c * 0.7) for c in shade)
            left = tree + shift * layer
            pen.polygon(
                [(left - tall / 3, foot), (left, foot - tall), (left + tall / 3, foot)], dark
            )
    soft = picture.filter(ImageFilter.GaussianBlur(0.7))
    grain = rng.normal(0, 4, (height, width, 1))
    return Image.fromarray((np.asarray(soft, np.float32) + grain).clip(0, 255).astype(np.uint8))


def library_of_pictures(folder: Path) -> None:
    """Holiday pictures with what happens to them: messengers, crops, captions, bursts."""
    phone, chat = folder / "Phone", folder / "From chat"
    for place in (phone, chat):
        place.mkdir()
    for seed in range(9):
        landscape(seed).save(phone / f"IMG_{2041 + seed}.jpg", quality=93)
    sent = Image.open(phone / "IMG_2041.jpg")
    sent.resize((800, 534)).save(chat / "received_0041.jpg", quality=60)
    landscape(0).convert("L").save(chat / "received_0042.jpg", quality=85)
    landscape(1).crop((180, 100, 1500, 980)).save(phone / "IMG_2042 (edited).jpg", quality=92)
    captioned = landscape(2)
    font_box = (90, 880, 900, 1000)
    pen = ImageDraw.Draw(captioned)
    pen.rectangle(font_box, fill=(255, 255, 255))
    pen.text((120, 905), "Happy holidays!", fill=(30, 30, 30), font_size=64)
    captioned.save(chat / "received_0047.jpg", quality=88)
    (chat / "IMG_2044.jpg").write_bytes((phone / "IMG_2044.jpg").read_bytes())
    landscape(4).transpose(Image.Transpose.ROTATE_90).save(chat / "scan_17.png")
    for frame in (1, 2):
        landscape(5, shift=14 * frame).save(phone / f"IMG_2046_{frame}.jpg", quality=93)


def card_of_pictures(card: Path, pictures: Path) -> None:
    """A camera's card: new photos, copies of what is there, and a film."""
    folder = card / "DCIM" / "100CAMRA"
    folder.mkdir(parents=True)
    for seed in range(20, 27):
        picture = landscape(seed)
        exif = picture.getexif()
        exif.get_ifd(0x8769)[0x9003] = f"2026:08:{seed - 10:02} 18:30:00"
        picture.save(folder / f"IMG_{2081 + seed}.jpg", quality=92, exif=exif)
    phone = pictures / "Phone"
    shutil.copy(phone / "IMG_2045.jpg", folder / "IMG_2045.jpg")
    for number in (2043, 2048):
        small = Image.open(phone / f"IMG_{number}.jpg").resize((1000, 667))
        small.save(folder / f"IMG_{number}.jpg", quality=80)
    landscape(8).convert("L").save(folder / "IMG_2049-bw.jpg", quality=88)
    (folder / "MVI_2090.MP4").write_bytes(b"film" * 500_000)


def wait(app: QApplication, ready: Callable[[], bool]) -> None:
    """Let the window work until `ready`, then a moment longer for thumbnails."""
    while not ready():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        time.sleep(0.01)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        time.sleep(0.01)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["KINDRED_HOME"] = f"{scratch}/home"
        pictures = Path(scratch) / "Pictures"
        pictures.mkdir()
        library_of_pictures(pictures)
        card_of_pictures(Path(scratch) / "CAMERA", pictures)
        taken = Path(scratch) / "taken"
        taken.mkdir()
        shoot(home(), pictures, Path(scratch) / "CAMERA", taken)
        everything = len(sys.argv) > 1
        target = Path(sys.argv[1]) if everything else ROOT / "docs" / "images"
        target.mkdir(parents=True, exist_ok=True)
        for picture in taken.iterdir():
            if everything or picture.name in SHOWN:
                shutil.copy(picture, target)


def select(window: MainWindow, name: str) -> None:
    """Show a photo in the smallest group that holds it: that of its copies, where it has some."""
    page = window.review_page
    listed = page.groups.listed
    holding = [
        (len(group.members), row)
        for row, group in enumerate(listed)
        if any(member.photo.path.name == name for member in group.members)
    ]
    page.groups.go(min(holding)[1])
    rows = range(page.photo_model.rowCount())
    page.photos.select(
        next(row for row in rows if page.photo_model.card(row).member.photo.path.name == name)
    )


def film(window: MainWindow, app: QApplication, pictures: Path, target: Path) -> None:
    """The way from the first start to the removed copies, which are then put back."""
    frames: list[Image.Image] = []

    def take(dialog: QWidget | None = None) -> None:
        shown = window.grab()
        if dialog is not None:
            middle = window.rect().center() - dialog.rect().center()
            painter = QPainter(shown)
            painter.drawPixmap(middle, dialog.grab())
            painter.end()
        frames.append(Image.open(io.BytesIO(png(shown.toImage()))).convert("RGB"))

    def agree() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, RemovalDialog):
            QTimer.singleShot(100, agree)
            return
        wait(app, lambda: True)
        take(dialog)
        dialog.agree.click()

    window.go("library")
    wait(app, lambda: True)
    take()
    window.scan([pictures])
    wait(app, lambda: bool(window.tasks.progress.latest) or window.tasks.job is None)
    take()
    wait(app, lambda: window.tasks.job is None)
    window.resize(1280, 800)  # the screen of the offscreen platform is smaller
    window.notice.hide()
    window.go("review")
    select(window, "IMG_2041.jpg")
    wait(app, lambda: True)
    take()
    window.review_page.mark_suggested()
    wait(app, lambda: True)
    take()
    QTimer.singleShot(100, agree)
    window.review_page.remove_marked()
    wait(app, lambda: len(frames) == 5 and window.tasks.job is None)
    window.go("history")
    wait(app, lambda: True)
    take()
    frames[0].save(
        target / "way.webp", save_all=True, append_images=frames[1:], duration=FRAME_MS, loop=0,
        quality=80,
    )  # fmt: skip
    window.history_page.batches.undo()
    wait(app, lambda: window.tasks.job is None)
    window.review_page.steps.undo()
    window.review_page.panel.say("")
    window.review_page.folders.hide()
    window.notice.hide()


def shoot(where: Home, pictures: Path, card: Path, target: Path) -> None:
    app = QApplication([])
    theme.choose(app, "light")
    window = MainWindow(
        lambda: open_library(where),
        settings=Settings(where.data / "window.ini"),
        thumbnails=Thumbnails(where.cache, threads=2),
        trash=folder_trash(where.data / "trash"),
    )
    opened: list[bool] = []
    window.opened.connect(lambda: opened.append(True))
    window.resize(1280, 800)
    window.show()
    wait(app, lambda: bool(opened))
    window.resize(1280, 800)
    film(window, app, pictures, target)
    window.incoming_page.look_at(card)
    wait(app, lambda: window.tasks.job is None)
    for look in ("light", "dark"):
        theme.choose(app, look)
        for page in ("library", "review", "folders", "search", "history", "incoming"):
            if page == "search":
                window.search(pictures / "From chat" / "received_0041.jpg")
            window.go(page)
            if page == "review":
                select(window, "IMG_2041.jpg")
            wait(app, lambda: True)
            window.grab().save(str(target / f"{page}-{look}.png"))
        window.go("review")
        select(window, "IMG_2042 (edited).jpg")
        wait(app, lambda: True)
        window.review_page.compare()
        wait(app, lambda: True)
        compare = window.review_page.findChild(CompareView)
        QTest.keyClick(compare, Qt.Key.Key_4)
        for _ in range(5):  # the difference is worked out in the background
            wait(app, lambda: True)
        window.grab().save(str(target / f"compare-{look}.png"))
        QTest.keyClick(compare, Qt.Key.Key_Escape)
    window.close()


if __name__ == "__main__":
    main()
