"""Double-click on Windows: opens Kindred from this checkout, in its .venv when there is one."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
own = ROOT / ".venv" / "Scripts" / "pythonw.exe"
python = own if own.exists() else Path(sys.executable)
subprocess.Popen([python, ROOT / "main.py"], cwd=ROOT)  # noqa: S603 - our own program
