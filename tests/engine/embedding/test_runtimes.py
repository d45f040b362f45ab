"""What reports the use of a runtime is kept out; tests/test_offline.py has the real ones."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_openvino_reports_nothing(tmp_path: Path) -> None:
    (tmp_path / "openvino_telemetry.py").write_text("")
    (tmp_path / "openvino.py").write_text(
        "try:\n    import openvino_telemetry as found\nexcept ImportError:\n    found = None\n"
    )
    code = "from kindred.engine.embedding import runtimes; print(runtimes.openvino().found)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["None"]
