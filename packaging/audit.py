"""Looks for known weaknesses of the locked packages.

    pip install pip-audit && python packaging/audit.py

Exit code 0: all were looked up and none has one. 1: some have. 2: not all could be looked up, which
pip-audit itself reports as success: then nothing is said to be sound.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent / "requirements.lock"
FOUND, NOT_AUDITED = 1, 2


def verdict(report: str) -> tuple[int, str]:
    """The exit code and what to say of pip-audit's JSON, which is empty when it broke off."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return NOT_AUDITED, "NOT AUDITED: no advisories could be reached"
    skipped = [about["name"] for about in packages if "skip_reason" in about]
    bad = [
        f"{about['name']} {about['version']}: {', '.join(found['id'] for found in about['vulns'])}"
        for about in packages
        if about.get("vulns")
    ]
    if bad:
        return FOUND, "\n".join(bad)
    if skipped or not packages:
        return NOT_AUDITED, f"NOT AUDITED: {len(skipped)} of {len(packages)}"
    return 0, f"{len(packages)} packages without a known weakness"


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--no-deps", "--disable-pip"]
    done = subprocess.run([*command, "-f", "json"], capture_output=True, text=True, check=False)  # noqa: S603
    code, said = verdict(done.stdout)
    sys.stdout.write(f"{said}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
