"""kindred-embed: what its workers return is what the scan would have stored."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kindred.engine.embedding.embedder import Embedder
from kindred.engine.library import Library
from kindred.engine.paths import home
from kindred.engine.progress import CancelToken
from kindred.engine.scan import ray_job
from kindred.engine.store import Store
from kindred.engine.types import Kind, ScanOptions, SkipReason
from tests.support.drawing import draw


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(3):
        draw(seed).save(folder / f"{seed}.jpg", quality=92)
    draw(0).resize((320, 240)).save(folder / "0 small.jpg", quality=80)
    (folder / "words.jpg").write_text("not a picture")
    return folder


def never(embedder: Embedder) -> Embedder:
    return replace(embedder, embed=lambda _pixels: pytest.fail("embedded again"))


def test_the_scan_after_it_embeds_nothing_and_finds_the_groups(folder: Path, embedder: Embedder):
    worker = ray_job.Worker("unused", "cpu", embedder=embedder)
    store = Store(home().store)
    stamps = ray_job.to_embed([folder], store=store, model=embedder.id)
    assert len(stamps) == 5
    batches = (worker({"stamp": objects(stamps[n : n + 2])}) for n in range(0, 5, 2))
    assert list(ray_job.collect(store, embedder.id, batches)) == [2, 2, 1]
    assert ray_job.to_embed([folder], store=store, model=embedder.id) == []
    assert len(ray_job.to_embed([folder], store=store, model="another")) == 4
    store.close()
    with Library.open(embedder=never(embedder)) as library:
        report = library.scan([folder], options=ScanOptions(workers=1), token=CancelToken())
        assert report.photos == 4
        assert [skipped.reason for skipped in report.skipped] == [SkipReason.NOT_A_PICTURE]
        [group] = library.groups(strictness=0.5)
    assert group.kind is Kind.COPY
    assert [member.photo.path.name for member in group.members] == ["0.jpg", "0 small.jpg"]


def objects(rows: list) -> np.ndarray:
    """As Ray hands over what is no number."""
    array = np.empty(len(rows), object)
    array[:] = rows
    return array


def test_without_ray_it_says_what_to_install(folder: Path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert ray_job.main([str(folder)]) == 1
    assert "pip install 'kindred[ray]'" in capsys.readouterr().err


@pytest.mark.model
def test_with_ray(folder: Path, capsys, recwarn):
    pytest.importorskip("ray")
    assert ray_job.main([str(folder), "--workers", "1"]) == 0
    assert "4 photos are known" in capsys.readouterr().out
    assert ray_job.main([str(folder.parent / "nowhere")]) == 1
    assert "no folder" in capsys.readouterr().err
