"""Adding documents with a progress bar and a summary in the terminal; the work itself is `qa.indexing`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from corpus.errors import LibraryNotFound
from corpus.library import Library
from embeddings.encode import default_encoder
from qa import indexing
from qa.terminal import printable

_WIDTH = 48


def add_with_progress(
    library: Path, paths: Sequence[Path], *, model: str | None, wait: float | None
) -> indexing.AddReport:
    """Add paths, showing the document at hand, and print what became of them.

    Without `model` the library's own is used, for a new library the default.
    """
    console = Console(stderr=True, highlight=False)
    encoder = default_encoder(model or _recorded_model(library))
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("looking for documents", total=None)

        def watch(step: indexing.Progress) -> None:
            bar.update(task, description=_fitted(step.path), completed=step.done, total=step.total)

        report = indexing.add_paths(
            library,
            paths,
            encoder,
            progress=watch,
            wait=wait,
            waiting=lambda line: console.print(printable(line), markup=False),
        )
    print_report(console, report, library)
    return report


def print_report(console: Console, report: indexing.AddReport, library: Path) -> None:
    """The summary: counts, what failed and why, what was passed over."""
    counts = ", ".join(
        f"{name} {len(paths)}"
        for name, paths in (
            ("added", report.added),
            ("unchanged", report.unchanged),
            ("replaced", report.replaced),
            ("failed", report.failed),
        )
    )
    console.print(
        f"{counts} ({report.passages:,} new passages, {report.seconds:.1f} s) in {library}",
        markup=False,
        soft_wrap=True,
    )
    for failure in report.failed:
        console.print(
            f"  failed: {printable(failure.path)}: {printable(failure.reason)}",
            markup=False,
            style="red",
            soft_wrap=True,
        )
    if report.skipped:
        kinds = sorted({Path(path).suffix.lower() or "no suffix" for path in report.skipped})
        console.print(
            f"  passed over {len(report.skipped)} files of kinds that are not read: {', '.join(kinds)}",
            markup=False,
            soft_wrap=True,
        )
    if report.interrupted:
        console.print("  stopped; what is done is kept, run the same command to go on", markup=False)


def _recorded_model(library: Path) -> str | None:
    try:
        with Library.open(library) as opened:
            settings = opened.settings
    except LibraryNotFound:
        return None
    return settings.model if settings else None


def _fitted(path: str) -> str:
    shown = printable(path)
    return shown.ljust(_WIDTH) if len(shown) <= _WIDTH else "…" + shown[-_WIDTH + 1 :]
