"""Reports: CSV that no spreadsheet runs, and a page that no name of a file can break."""

import csv
import io
import json
import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kindred.engine.cli.words import report_words
from kindred.engine.errors import Cancelled
from kindred.engine.paths import Home, home
from kindred.engine.progress import CancelToken
from kindred.engine.reports import COLUMNS, groups_csv, groups_page, write_report
from kindred.engine.types import Group, Kind, Member, Photo, PhotoInfo
from tests.support.drawing import draw


def member(path: str, *, kind: Kind = Kind.COPY, similarity: float = 0.9) -> Member:
    info = PhotoInfo(width=40, height=30, format="JPEG", taken_at="2024-05-01T10:00:00")
    return Member(Photo(Path(path), "0" * 64, 1, 10, 5, info), kind, similarity)


GROUP = Group(
    "g", Kind.COPY, (member("/p/a.jpg", kind=Kind.IDENTICAL, similarity=1.0), member("/p/b.jpg"))
)


class Tags(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_csv_has_a_line_a_photo() -> None:
    rows = list(csv.DictReader(io.StringIO(groups_csv([GROUP, GROUP]))))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 4
    assert [row["group"] for row in rows] == ["1", "1", "2", "2"]
    assert (rows[1]["path"], rows[1]["keeper"], rows[1]["similarity"]) == ("/p/b.jpg", "no", "0.9")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_cell_begins_a_formula(first: str) -> None:
    path = f'{first}cmd|"/c calc"!A1.jpg'
    text = groups_csv([Group("g", Kind.COPY, (member(path),))])
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["path"] == "'" + path


def test_names_that_are_not_utf8_are_cells_of_a_table() -> None:
    odd = [Group("g", Kind.COPY, (member(os.fsdecode(b"/p/caf\xe9.jpg")),))]
    assert "caf\\udce9.jpg" in groups_csv(odd).encode().decode()


def test_no_name_is_markup_on_the_page() -> None:
    name = os.fsdecode(b"<script src=x>&\"'\xe9\x1b\xe2\x80\xae.jpg")
    group = Group("g", Kind.COPY, (member(f"/p/{name}"), member("/<b>/b.jpg")))
    words = report_words([group], photos=2)
    page = "".join(groups_page([group], words=words, pictures=lambda _photo: None))
    seen = Tags(page.encode().decode())
    assert {tag for tag, _ in seen.tags} == {
        "html", "head", "meta", "title", "style", "body", "h1", "p", "section", "h2", "ul", "li",
        "div", "strong", "span", "b",
    }  # fmt: skip
    assert "<script src=x>&\"'" in seen.text and "\x1b" not in page and "\u202e" not in page


def test_the_page_holds_its_pictures_and_the_marks(tmp_path: Path, kindred_home: Home) -> None:
    draw(1).save(tmp_path / "a.jpg")
    at = (tmp_path / "a.jpg").stat()
    info = PhotoInfo(640, 480, "JPEG")
    photo = Photo(tmp_path / "a.jpg", "1" * 64, 1, at.st_size, at.st_mtime_ns, info)
    group = Group("g", Kind.COPY, (Member(photo, Kind.COPY, 1.0), member("/gone/b.jpg")))
    words = report_words([group], photos=2)
    path = tmp_path / "report.html"
    gone = {Path("/gone/b.jpg")}
    write_report(path, [group], words=words, home=home(), marked=gone, token=CancelToken())
    seen = Tags(path.read_text("utf-8"))
    sources = [attrs["src"] or "" for tag, attrs in seen.tags if tag == "img"]
    assert len(sources) == 1 and sources[0].startswith("data:image/jpeg;base64,")
    assert "stays" in seen.text and "marked for removal" in seen.text and "no picture" in seen.text
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["r.html", "r.csv", "r.json"])
def test_a_stopped_report_leaves_what_was_there(
    tmp_path: Path, kindred_home: Home, name: str
) -> None:
    token, path = CancelToken(), tmp_path / name
    path.write_text("before")
    token.stop()
    with pytest.raises(Cancelled):
        write_report(path, [GROUP], words=report_words([GROUP], photos=2), home=home(), token=token)
    assert path.read_text() == "before" and [p.name for p in tmp_path.glob("*r.*")] == [name]


def test_the_ending_chooses_the_sort(tmp_path: Path, kindred_home: Home) -> None:
    for name in ("r.csv", "r.json"):
        words = report_words([GROUP], photos=2)
        write_report(tmp_path / name, [GROUP], words=words, home=home(), token=CancelToken())
    assert (tmp_path / "r.csv").read_text().startswith(",".join(COLUMNS))
    assert json.loads((tmp_path / "r.json").read_text())["groups"][0]["keeper"] == "/p/a.jpg"
