"""The main job asks nobody: any use of a network by scan, groups, search, removal or undo fails."""

import os
import subprocess
import sys
from pathlib import Path

from tests.drawing import draw

# Audit events come from inside Python's socket module, so they also see what a library imports.
BLOCK = """
import os, sys

def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        os.write(2, f"{event} {arguments[1:]}".encode())
        os._exit(9)

sys.addaudithook(refuse)
"""
JOB = """
from pathlib import Path
from engine.library import Library
from engine.progress import CancelToken
from engine.trash import folder_trash
from engine.types import ScanOptions
from tests.conftest import tiny_embedder

folder, can = map(Path, sys.argv[1:])
with Library.open(embedder=tiny_embedder()) as library:
    report = library.scan([folder], options=ScanOptions(workers=2), token=CancelToken())
    assert report.photos == 3 and not report.skipped, report
    (group,) = library.groups(strictness=0.5)
    photo = group.members[1].photo.path
    assert library.search(folder / "0.png")[0].photo.path.stem.startswith("0")
    assert library.compare(folder / "0.png", folder / "1.png").relation
    plan = library.plan([group], [photo])
    batch = library.remove(plan, trash=folder_trash(can), token=CancelToken())
    assert not photo.exists()
    library.undo(batch.id)
    assert photo.exists()
print("all done")
"""


def run(code: str, tmp_path: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCK + code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "KINDRED_HOME": str(tmp_path / "home")},
    )


def test_scan_groups_search_removal_and_undo_use_no_network(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(2):
        draw(seed, (160, 120)).save(folder / f"{seed}.png")
    draw(0, (160, 120)).resize((120, 90)).save(folder / "0 small.png")
    result = run(JOB, tmp_path, folder, tmp_path / "trash")
    assert (result.returncode, result.stdout) == (0, "all done\n"), result.stderr


def test_the_guard_sees_a_connection_and_a_question_for_a_name(tmp_path: Path) -> None:
    for call in (
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('example.invalid', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
    ):
        result = run(f"import socket\ntry:\n    {call}\nexcept OSError:\n    pass", tmp_path)
        assert result.returncode == 9 and result.stderr.startswith("socket.")
