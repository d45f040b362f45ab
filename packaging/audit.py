"""Looks for known weaknesses of the locked packages.

    pip install pip-audit && python packaging/audit.py

Exit code 0: all were looked up and none has one. 1: some have. 2: no source of advisories answered
for all of them, which pip-audit itself may report as success: then nothing is said to be sound, and
the gate (.ci/run) goes on.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

LOCK = Path(__file__).resolve().parent / "requirements.lock"
FOUND, NOT_AUDITED = 1, 2
SOURCES = ("pypi", "osv")
SECONDS = 300  # for a source


def verdict(report: str) -> tuple[int, str]:
    """The exit code and what to say of pip-audit's JSON, which is empty when it broke off."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return NOT_AUDITED, "no answer"
    skipped = [about["name"] for about in packages if "skip_reason" in about]
    bad = [
        f"{about['name']} {about['version']}: {', '.join(found['id'] for found in about['vulns'])}"
        for about in packages
        if about.get("vulns")
    ]
    if bad:
        return FOUND, "\n".join(bad)
    if skipped or not packages:
        return NOT_AUDITED, f"nothing known of {len(skipped)} of {len(packages)} packages"
    return 0, f"{len(packages)} packages without a known weakness"


def ask(source: str) -> str:
    """The report of pip-audit, empty where it broke off or took too long."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--no-deps", "--disable-pip"]
    try:
        return subprocess.run(  # noqa: S603 - our own words
            [*command, "-f", "json", "-s", source, "--timeout", "10"],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


def main() -> int:
    if find_spec("pip_audit") is None:
        sys.stdout.write("NOT AUDITED: pip-audit is not installed\n")
        return NOT_AUDITED
    answers = []
    for source in SOURCES:
        code, said = verdict(ask(source))
        if code != NOT_AUDITED:
            sys.stdout.write(f"audited by {source}: {said}\n")
            return code
        answers.append(f"{source}: {said}")
    sys.stdout.write(f"NOT AUDITED: no advisory source answered ({'; '.join(answers)})\n")
    return NOT_AUDITED


if __name__ == "__main__":
    sys.exit(main())
