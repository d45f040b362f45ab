import subprocess
import sys
import timeit
from pathlib import Path

from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.scan.crash_notes import CrashNotes, Work
from kindred.engine.types import Kind, ScanOptions
from tests.support.drawing import draw
from tests.support.tiny_embedder import tiny_embedder

SCAN = """
import faulthandler, sys
from pathlib import Path
from kindred.engine.library import Library
from kindred.engine.progress import CancelToken
from kindred.engine.types import ScanOptions
from kindred.engine.verification import verify
from tests.support.tiny_embedder import tiny_embedder

whole = verify.verify
def dies(first, second, **options):
    if sys.argv[2] == "kill":
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
    if {first.info.height, second.info.height} == {91, 92}:
        faulthandler._sigsegv()
    return whole(first, second, **options)
verify.verify = dies
with Library.open(embedder=tiny_embedder()) as library:
    library.scan([Path(sys.argv[1])], options=ScanOptions(workers=2), token=CancelToken(),
                 progress=lambda _: None)
"""


def run(folder: Path, how: str) -> int:
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", SCAN, str(folder), how], cwd=root, check=False)
    return done.returncode


def photos(folder: Path) -> Path:
    folder.mkdir()
    for height in (90, 91, 92):
        draw(1, (120, height)).save(folder / f"{height}.png")
    return folder


def test_a_pair_that_ends_the_program_is_not_compared_again(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    assert run(folder, "crash") != 0
    assert run(folder, "crash") == 0  # would die again of the same pair
    with Library.open(embedder=tiny_embedder()) as library:
        groups = library.groups(strictness=0.5)
        together = [{m.photo.path.stem for m in group.members} for group in groups]
        assert together and all(group.kind is Kind.COPY for group in groups[:1])


def test_a_kill_says_nothing_of_a_pair(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    assert run(folder, "kill") != 0
    with Library.open(embedder=tiny_embedder()) as library:
        notes = CrashNotes(library._store.path)
        assert notes.suspect() is None
        library.scan(
            [folder],
            options=ScanOptions(workers=2),
            token=CancelToken(),
            progress=lambda _: None,
        )
        assert {len(group.members) for group in library.groups(strictness=0.5)} == {3}


def test_a_note_costs_microseconds_and_leaves_no_file(tmp_path: Path) -> None:
    notes = CrashNotes(tmp_path / "store")

    def once() -> None:
        with notes.about(Work.VERIFYING, 1, 2):
            pass

    with notes.kept():
        assert timeit.timeit(once, number=1000) < 1
    assert not list(tmp_path.glob("store*")) and notes.suspect() is None
