"""Locks what Kindred is installed with, and lists it as a software bill of materials.

    pip install uv && python packaging/lock.py

packaging/requirements.lock holds one version and the hashes of all its files for each package, for
Linux, macOS and Windows at once: `pip install --require-hashes -r packaging/requirements.lock`.
resources/sbom.json says the same in CycloneDX and is shipped with the app.
"""

import json
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "packaging" / "requirements.lock"
BILL = ROOT / "resources" / "sbom.json"
COMPILE = ("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11")
QUIET = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet")


def entries(lock: str) -> dict[str, list[str]]:
    """Each locked requirement, with its markers, and the SHA-256 of its files."""
    found: dict[str, list[str]] = {}
    for entry in lock.replace("\\\n", " ").splitlines():
        if entry and not entry.startswith("#"):
            requirement, *hashes = entry.split("--hash=sha256:")
            found[requirement.strip()] = [value.strip() for value in hashes]
    return found


def bill(lock: str) -> str:
    """The lock as CycloneDX 1.5; without a time, so that it only changes with the lock."""
    components = []
    for entry, hashes in entries(lock).items():
        wanted = Requirement(entry)
        version = str(wanted.specifier).removeprefix("==")
        component: dict[str, object] = {
            "type": "library",
            "name": wanted.name,
            "version": version,
            "purl": f"pkg:pypi/{wanted.name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": value} for value in hashes],
        }
        if wanted.marker:
            component["properties"] = [{"name": "python:marker", "value": str(wanted.marker)}]
        components.append(component)
    head = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}
    about = {"component": {"type": "application", "name": "kindred"}}
    return json.dumps(head | {"metadata": about, "components": components}, indent=1) + "\n"


def main() -> None:
    subprocess.run([*COMPILE, *QUIET, "--output-file", LOCK], cwd=ROOT, check=True)  # noqa: S603
    BILL.write_text(bill(LOCK.read_text("utf-8")), encoding="utf-8")
    sys.stdout.write(f"{len(entries(LOCK.read_text('utf-8')))} packages locked\n")


if __name__ == "__main__":
    main()
