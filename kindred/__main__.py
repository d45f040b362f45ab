"""Kindred's entry point: no words or a folder opens the window, a verb runs the command line."""

import sys
from pathlib import Path

VERBS = ("scan", "search", "compare", "undo", "calibrate", "doctor")


def main(arguments: list[str] | None = None) -> int:
    """Run Kindred on `arguments` (default: the process's own); returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and (words[0] in VERBS or words[0].startswith("-")):
        from kindred.engine.cli.commands import (
            run,  # brings numpy along, for which the window would wait
        )

        return run(words)
    from kindred.gui.app import run_window

    return run_window([Path(word) for word in words])


if __name__ == "__main__":
    sys.exit(main())
