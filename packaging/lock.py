"""Turns what pip would install into a list of exact versions.

pip install --dry-run --ignore-installed --quiet --report - . |
    python packaging/lock.py > packaging/requirements.lock
"""

import json
import sys


def main() -> None:
    packages = [entry["metadata"] for entry in json.load(sys.stdin)["install"]]
    for about in sorted(packages, key=lambda about: about["name"].lower()):
        if about["name"] != "kindred":
            sys.stdout.write(f"{about['name']}=={about['version']}\n")


if __name__ == "__main__":
    main()
