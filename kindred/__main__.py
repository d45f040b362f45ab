"""Kindred's entry point: no words or a folder opens the window, a verb runs the command line."""

import sys
from pathlib import Path

VERBS = (
    "scan", "new", "plan", "apply", "reject", "protect", "search", "compare", "undo", "calibrate",
    "doctor",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run Kindred on `arguments` (default: the process's own); returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and (words[0] in VERBS or words[0].startswith("-")):
        # Here, because it brings numpy along, for which the window would wait.
        from kindred.engine.cli.commands import run

        return run(words)
    folders = [Path(word) for word in words]
    if unknown := [
        word for word, folder in zip(words, folders, strict=True) if not folder.is_dir()
    ]:
        known = ", ".join(VERBS)
        sys.stderr.write(f"kindred: {unknown[0]!r} is neither a folder nor one of: {known}\n")
        return 2
    from kindred.gui.app import run_window

    return run_window(folders)


if __name__ == "__main__":
    sys.exit(main())
