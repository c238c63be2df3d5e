"""Adding documents with a progress bar and a summary in the terminal; the work itself is `qa.indexing`."""

from __future__ import annotations

import csv
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from corpus.errors import LibraryNotFound, unwritable
from corpus.formats.ocr import OcrChoice
from corpus.library import Library
from corpus.workers import shared_pool
from embeddings.encode import default_encoder
from qa import indexing
from qa.console import Output
from qa.progress import bars
from qa.reindex import ReindexReport, reindex
from qa.terminal import count_of, printable
from qa.watching import sources_in, watch_folders
from qa.web import fetch_pages

_WIDTH = 48
_BESIDE = 45
"""What the bar, the counts and the time take beside a document's name."""


def add_with_progress(
    library: Path,
    paths: Sequence[Path],
    *,
    addresses: Sequence[str] = (),
    model: str | None = None,
    wait: float | None = None,
    password: str | None = None,
    retry: bool = False,
    ocr: OcrChoice | None = None,
) -> indexing.AddReport:
    """Add paths, and pages by their addresses, showing the one at hand, and print what became of them.

    Without `model` the library's own is used, for a new library the default.
    """
    shared_pool().warm()  # its start and the loading of the model cost the time of one
    encoder = default_encoder(model or _recorded_model(library))
    console = Console(stderr=True, highlight=False)
    width = max(8, min(_WIDTH, console.width - _BESIDE))
    with bars(console) as shown:
        task = shown.add_task("fetching pages" if addresses else "looking for documents", total=None)
        pages, failed = fetch_pages(addresses, shared_pool()) if addresses else ([], [])

        def watch(step: indexing.Progress) -> None:
            words = _fitted(step.path, width, f", page {step.page}" if step.page else "")
            shown.update(task, description=words, completed=step.done, total=step.total)

        report = indexing.add_paths(
            library,
            paths,
            encoder,
            progress=watch,
            wait=wait,
            waiting=lambda line: console.print(printable(line), markup=False, soft_wrap=True),
            password=password,
            retry=retry,
            ocr=ocr,
            pages=pages,
        )
        report.failed += failed
    print_report(Output(highlight=False), report, library)
    return report


def watch_with_progress(
    library: Path, folders: Sequence[Path], *, model: str | None, ocr: OcrChoice | None = None
) -> None:
    """Add folders, then what comes or changes in them, until Ctrl-C; each time prints what became of it."""
    encoder = default_encoder(model or _recorded_model(library))
    console = Output(highlight=False)
    stop = threading.Event()

    def add(paths: list[Path]) -> None:
        first = paths == list(folders)
        sources = [] if first else sources_in(folders, paths)
        report = (
            indexing.add_paths(library, paths, encoder, ocr=ocr)
            if first
            else indexing.add_documents(library, sources, encoder)
        )
        if report.interrupted:
            stop.set()
        if first or report.added or report.replaced or report.failed:
            print_report(console, report, library)
        if first and not report.interrupted:
            console.print("Following; Ctrl-C ends it.", style="dim")

    with suppress(KeyboardInterrupt):
        watch_folders(folders, add, library=library, stop=stop)
    console.print("Stopped.", style="yellow")


def reindex_with_progress(
    library: Path,
    *,
    model: str | None,
    wait: float | None,
    password: str | None = None,
    ocr: OcrChoice | None = None,
) -> ReindexReport:
    """Make the index anew, showing the document at hand, and print what was done."""
    recorded = _recorded_model(library)
    encoder = default_encoder(model or recorded)
    console = Console(stderr=True, highlight=False)
    width = max(8, min(_WIDTH, console.width - _BESIDE))
    with bars(console) as shown:
        task = shown.add_task("looking at documents", total=None)
        report = reindex(
            library,
            encoder,
            progress=lambda path, done, total: shown.update(
                task, description=_fitted(path, width), completed=done, total=total
            ),
            wait=wait,
            waiting=lambda line: console.print(printable(line), markup=False, soft_wrap=True),
            password=password,
            ocr=ocr,
        )
    _print_reindexed(Output(highlight=False), report)
    return report


def _print_reindexed(console: Console, report: ReindexReport) -> None:
    def line(text: str, style: str | None = None) -> None:
        console.print(printable(text), markup=False, style=style, soft_wrap=True)

    for failure in report.failed:
        line(f"failed: {failure.path}: {failure.reason}", "red")
    line(f"read again {report.reread:,}, encoded {report.encoded:,}, kept {report.kept:,}", "bold")
    if report.interrupted and report.published:
        line(
            "Stopped. The new index is in use; to free what the old one took, run: sourcebook doctor --repair",
            "yellow",
        )
    elif report.interrupted:
        line(
            "Stopped. What is done is kept; run the same command to go on. The old index is in use.", "yellow"
        )
    else:
        line("The new index is in use." if report.published else "There was nothing to change.", "dim")


_UNREAD = "no reader for this kind of file"
_LINK = "a link to a folder; add what it leads to by its own path"


def write_report(report: indexing.AddReport, file: Path) -> None:
    """Write what became of every source as CSV: path, outcome, reason; by path. Raises InvalidInput."""
    missing = {failure.path: failure.reason for failure in report.incomplete}
    rows = [
        *((path, "added", missing.get(path, "")) for path in report.added),
        *((path, "replaced", missing.get(path, "")) for path in report.replaced),
        *((path, "unchanged", "") for path in report.unchanged),
        *((failure.path, "failed", failure.reason) for failure in report.failed),
        *((path, "passed over", _LINK if path.endswith("/") else _UNREAD) for path in report.skipped),
    ]
    try:
        with file.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("path", "outcome", "reason"))
            writer.writerows(sorted(rows))
    except OSError as error:
        raise unwritable(file, error) from error


def print_report(console: Console, report: indexing.AddReport, library: Path) -> None:
    """The summary: counts, what failed and why, what was passed over."""

    def line(text: str, style: str | None = None) -> None:
        console.print(printable(text), markup=False, style=style, soft_wrap=True)

    for failure in report.failed:
        line(f"failed: {failure.path}: {failure.reason}", "red")
    for failure in report.incomplete:
        line(f"not whole: {failure.path}: {failure.reason}", "yellow")
    links = [path for path in report.skipped if path.endswith("/")]
    if files := len(report.skipped) - len(links):
        kinds = sorted({_kind(path) for path in report.skipped if not path.endswith("/")})
        line(f"passed over {count_of(files, 'file')} of a kind that is not read: {', '.join(kinds)}")
    if links:
        line(f"passed over links to folders: {len(links):,}; add what they lead to by its own path")
    counts = (
        ("added", report.added),
        ("unchanged", report.unchanged),
        ("replaced", report.replaced),
        ("failed", report.failed),
    )
    line(", ".join(f"{name} {len(sources):,}" for name, sources in counts), "bold")
    line(f"{count_of(report.passages, 'new passage')} in {report.seconds:.1f} s; library: {library}", "dim")
    if report.interrupted:
        line("Stopped. What is done is kept; run the same command to go on.", "yellow")


def _kind(path: str) -> str:
    return Path(path).suffix.lower() or "without suffix"


def _recorded_model(library: Path) -> str | None:
    try:
        with Library.open(library) as opened:
            settings = opened.settings
    except LibraryNotFound:
        return None
    return settings.model if settings else None


def _fitted(path: str, width: int, more: str = "") -> str:
    shown = printable(path)
    room = max(1, width - len(more))
    kept = shown if len(shown) <= room else "…" + shown[len(shown) - room + 1 :]
    return f"{kept}{more}".ljust(width)
