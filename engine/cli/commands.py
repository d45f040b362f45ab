"""The command line: the same engine as the window, without Qt."""

import argparse
import copy
import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from kindred.engine.cli import incoming, plans
from kindred.engine.cli.words import error_text, message_text, report_words
from kindred.engine.errors import Cancelled, KindredError
from kindred.engine.library import Library
from kindred.engine.messages import Code
from kindred.engine.paths import visible_text
from kindred.engine.progress import CancelToken, Progress
from kindred.engine.types import DEVICES, Group, ScanOptions, ScanReport

SPEED_SECONDS = 5.0  # a way; short enough to wait for, long enough to be steady
INTERRUPTED = 130  # 128 + SIGINT, what shells expect


class LineFormatter(logging.Formatter):
    """Warnings as one line each, mistakes of the program with their traceback.

    Both name files, which command no terminal.
    """

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)
        shown.exc_text = None  # what another handler made of it
        shown.msg, shown.args = f"kindred: {visible_text(record.getMessage())}", ()
        if record.levelno < logging.ERROR and record.exc_info and record.exc_info[1]:
            shown.msg += f": {visible_text(str(record.exc_info[1]))}"
            shown.exc_info = None
        return visible_text(super().format(shown), lines=True)


def run(words: Sequence[str]) -> int:
    """Run one verb. 0: done; 1: an expected failure, told in one line; 130: interrupted."""
    if logging.lastResort is not None:  # what writes to stderr where nothing else was set up
        logging.lastResort.setFormatter(LineFormatter())
    parser = _parser()
    arguments = parser.parse_args(words)
    act: Callable[[argparse.Namespace, CancelToken], None] | None = arguments.act
    if act is None:
        parser.error("a verb is needed; --help lists them")
    with _stop_on_interrupt() as token:
        try:
            act(arguments, token)
        except (Cancelled, KeyboardInterrupt):
            return INTERRUPTED
        except BrokenPipeError:
            sys.stderr.close()  # the reader left (`| head`); Python would complain on exit
            return 1
        except (KindredError, OSError) as error:
            print(f"kindred: {visible_text(error_text(error))}", file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kindred",
        description="Find duplicate and similar photos. Without a verb, opens the window.",
    )
    parser.add_argument(
        "--install-desktop",
        dest="act",
        action="store_const",
        const=_install_desktop,
        help="put Kindred into the desktop's menu (Linux) and stop",
    )
    verbs = parser.add_subparsers(metavar="VERB")

    scan = verbs.add_parser(
        "scan", help="look through folders and print the groups of photos that belong together"
    )
    _folders(scan)
    scan.add_argument("--json", metavar="FILE", help="write the result as JSON (-: to the screen)")
    scan.add_argument("--csv", metavar="FILE", help="write one line a photo as CSV")
    scan.add_argument("--html", metavar="FILE", help="write a page with small pictures")
    scan.add_argument(
        "--strictness",
        type=_fraction,
        default=0.5,
        metavar="X",
        help="0 groups loosely, 1 only what is almost certain (default 0.5)",
    )
    scan.set_defaults(act=_scan)

    incoming.add_verbs(verbs, progress_line)
    plans.add_verbs(verbs, folders=_folders)

    search = verbs.add_parser("search", help="rank the photos in folders by likeness to a picture")
    search.add_argument("picture", type=Path, metavar="PICTURE")
    _folders(search)
    search.add_argument("--top", type=_positive, default=20, metavar="K", help="how many (20)")
    search.add_argument("--json", action="store_true", help="print JSON")
    search.set_defaults(act=_search)

    compare = verbs.add_parser("compare", help="say what two pictures are to each other, and why")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    compare.add_argument("--json", action="store_true", help="print JSON")
    compare.set_defaults(act=_compare)

    undo = verbs.add_parser("undo", help="put the photos of the last removal back in their place")
    undo.add_argument("--list", action="store_true", help="only list what was removed, and when")
    undo.add_argument("batch", type=int, nargs="?", help="number of the removal (default: last)")
    undo.set_defaults(act=_undo)

    calibrate = verbs.add_parser(
        "calibrate", help="fit the strictness scale to the decisions you made so far"
    )
    calibrate.add_argument("--reset", action="store_true", help="go back to the built-in scale")
    calibrate.set_defaults(act=_calibrate)

    doctor = verbs.add_parser("doctor", help="show versions, folders, model and device")
    doctor.add_argument(
        "--speed",
        action="store_true",
        help="measure what runs the built-in network fastest here, and use it from now on",
    )
    doctor.set_defaults(act=_doctor)
    return parser


def _folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--model", default="builtin", metavar="ID", help="network to use (builtin)")
    parser.add_argument("--device", choices=DEVICES, default="auto")


def _fraction(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


@contextmanager
def _stop_on_interrupt() -> Iterator[CancelToken]:
    """The first Ctrl+C lets the running batch finish; the second one does not."""
    token = CancelToken()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if token.stopped:
            raise KeyboardInterrupt
        token.stop()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, before)


def progress_line() -> Callable[[Progress], None]:
    shown = 0.0

    def show(progress: Progress) -> None:
        nonlocal shown
        now = time.monotonic()
        if not sys.stderr.isatty() or now - shown < 0.1:
            return
        shown = now
        total = f" of {progress.total:,}" if progress.total else ""
        left = f" · {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
        line = f"{progress.stage} {progress.done:,}{total} · {progress.per_second:.0f}/s{left}"
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    return show


def scanned(library: Library, arguments: argparse.Namespace, token: CancelToken) -> ScanReport:
    options = ScanOptions(
        model=arguments.model,
        device=arguments.device,
        strictness=getattr(arguments, "strictness", 0.5),
    )
    report = library.scan(arguments.folders, options=options, token=token, progress=progress_line())
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    token.check()  # a stopped scan keeps what it has; the command line still says 130
    return report


def page_path(text: str) -> Path:
    """Where a page is written; a name such as "summer.2024" has no ending yet."""
    return Path(text if text.lower().endswith((".html", ".htm")) else f"{text}.html")


def _scan(arguments: argparse.Namespace, token: CancelToken) -> None:
    from kindred.engine.cli.export import scan_json
    from kindred.engine.reports import groups_csv, write_report

    with Library.open() as library:
        report = scanned(library, arguments, token)
        groups = library.groups(strictness=arguments.strictness, roots=arguments.folders)
        if arguments.html:
            page = page_path(arguments.html)
            words = report_words(groups, photos=report.photos)
            write_report(page, groups, words=words, home=library.home, token=token)
    if arguments.csv:
        Path(arguments.csv).write_text(groups_csv(groups), encoding="utf-8", newline="")
    if arguments.json == "-":
        print(scan_json(report, groups))
    else:
        if arguments.json:
            Path(arguments.json).write_text(scan_json(report, groups), encoding="utf-8")
        _print_groups(report, groups)


def _print_groups(report: ScanReport, groups: Sequence[Group]) -> None:
    for number, group in enumerate(groups, start=1):
        print(f"\n{number}. {group.kind}, {len(group.members)} photos")
        for member in group.members:
            info = member.photo.info
            what = "keep" if member.photo is group.keeper else member.relation.value
            size = f"{info.width} x {info.height}" if info.width else "not decoded"
            print(f"   {what:9} {size}  {visible_text(member.photo.path)}")
        for reason in group.reasons:
            print(f"   because   {visible_text(message_text(reason.message))}")
    print(
        f"\n{report.photos} photos, {len(groups)} groups, {len(report.skipped)} skipped,"
        f" {sum(report.ignored.values())} other files"
        f" · {report.model} on {report.device}"
    )
    for skipped in report.skipped:
        why = f"{skipped.reason} ({visible_text(skipped.detail)})"
        print(f"   skipped   {visible_text(skipped.path)}: {why}")


def _search(arguments: argparse.Namespace, token: CancelToken) -> None:
    with Library.open() as library:
        scanned(library, arguments, token)
        found = library.search(arguments.picture, top=arguments.top, roots=arguments.folders)
        hits = library.relate(arguments.picture, found.hits)
    if arguments.json:
        rows = [
            {
                "path": str(hit.photo.path),
                "similarity": hit.similarity,
                "relation": hit.relation.kind if hit.relation else None,
                "edits": [edit.name for edit in hit.relation.edits] if hit.relation else [],
            }
            for hit in hits
        ]
        print(json.dumps(rows, indent=2))
        return
    for hit in hits:
        relation = hit.relation.kind if hit.relation else ""
        print(f"{hit.similarity:6.3f}  {relation:9}  {visible_text(hit.photo.path)}")


def _compare(arguments: argparse.Namespace, _token: CancelToken) -> None:
    with Library.open() as library:
        result = library.compare(arguments.first, arguments.second)
    relation = result.relation
    edits = [edit.name.value for edit in relation.edits]
    if arguments.json:
        print(
            json.dumps(
                {
                    "cosine": result.cosine,
                    "euclidean": result.euclidean,
                    "tanimoto": result.tanimoto,
                    "relation": relation.kind,
                    "confidence": relation.confidence,
                    "edits": [asdict(edit) for edit in relation.edits],
                },
                indent=2,
            )
        )
        return
    print(f"cosine similarity     {result.cosine:.4f}   (-1 to 1, larger is closer)")
    print(f"Euclidean distance    {result.euclidean:.4f}   (0 to 2, smaller is closer)")
    print(f"Tanimoto (Jaccard)    {result.tanimoto:.4f}   (-1/3 to 1, larger is closer)")
    told = f": {', '.join(edits)}" if edits else ""
    print(f"relation              {relation.kind}{told} (confidence {relation.confidence:.2f})")


def _undo(arguments: argparse.Namespace, token: CancelToken) -> None:
    with Library.open() as library:
        batches = library.batches()
        if arguments.list:
            for batch in batches:
                counts = ", ".join(
                    f"{sum(item.state == state for item in batch.items)} {state}"
                    for state in sorted({item.state for item in batch.items})
                )
                print(f"{batch.id}  {batch.started_at}  {counts}")
            return
        open_batches = [b.id for b in batches if any(i.state == "removed" for i in b.items)]
        if not open_batches:
            raise KindredError(Code.NOTHING_TO_PUT_BACK)
        done = library.undo(arguments.batch or max(open_batches), token=token)
    for item in done.items:
        note = f" ({visible_text(message_text(item.note))})" if item.note else ""
        print(f"{item.state:9} {visible_text(item.path)}{note}")
    token.check()  # what was not put back can be later


def _calibrate(arguments: argparse.Namespace, _token: CancelToken) -> None:
    with Library.open() as library:
        if arguments.reset:
            library.reset_calibration()
            print("Back to the built-in scale.")
            return
        print(visible_text(message_text(library.calibrate().message)))


def _doctor(arguments: argparse.Namespace, _token: CancelToken) -> None:
    with Library.open() as library:
        if arguments.speed:
            for speed in library.measure_speed(seconds=SPEED_SECONDS):
                note = " (used from now on)" if speed.is_fastest else ""
                print(f"{speed.way:20} {speed.photos_per_second:8.1f} photos/s{note}")
            return
        for name, value in library.facts().items():
            print(f"{name:12} {visible_text(value)}")


def _install_desktop(_arguments: argparse.Namespace, _token: CancelToken) -> None:
    from kindred.engine.cli.desktop_entry import install

    print(f"Wrote {visible_text(install())}")
