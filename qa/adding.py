"""Adding documents with a progress bar and a summary in the terminal; the work itself is `qa.indexing`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from corpus.errors import LibraryNotFound
from corpus.library import Library
from embeddings.encode import default_encoder
from qa import indexing
from qa.terminal import count_of, printable

_WIDTH = 48
_BESIDE = 45
"""What the bar, the counts and the time take beside a document's name."""


def add_with_progress(
    library: Path, paths: Sequence[Path], *, model: str | None, wait: float | None
) -> indexing.AddReport:
    """Add paths, showing the document at hand, and print what became of them.

    Without `model` the library's own is used, for a new library the default.
    """
    encoder = default_encoder(model or _recorded_model(library))
    console = Console(stderr=True, highlight=False)
    width = max(8, min(_WIDTH, console.width - _BESIDE))
    with _progress(console) as shown:
        task = shown.add_task("looking for documents", total=None)

        def watch(step: indexing.Progress) -> None:
            shown.update(task, description=_fitted(step.path, width), completed=step.done, total=step.total)

        report = indexing.add_paths(
            library,
            paths,
            encoder,
            progress=watch,
            wait=wait,
            waiting=lambda line: console.print(printable(line), markup=False, soft_wrap=True),
        )
    print_report(Console(highlight=False), report, library)
    return report


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the error output, where that is a terminal; gives what to call with the done and their total."""
    with _progress(Console(stderr=True)) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def print_report(console: Console, report: indexing.AddReport, library: Path) -> None:
    """The summary: counts, what failed and why, what was passed over."""

    def line(text: str, style: str | None = None) -> None:
        console.print(printable(text), markup=False, style=style, soft_wrap=True)

    for failure in report.failed:
        line(f"failed: {failure.path}: {failure.reason}", "red")
    if report.skipped:
        kinds = sorted({_kind(path) for path in report.skipped})
        line(
            f"passed over {count_of(len(report.skipped), 'file')} that are not documents: {', '.join(kinds)}"
        )
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
    return "links to folders" if path.endswith("/") else Path(path).suffix.lower() or "without suffix"


def _recorded_model(library: Path) -> str | None:
    try:
        with Library.open(library) as opened:
            settings = opened.settings
    except LibraryNotFound:
        return None
    return settings.model if settings else None


def _fitted(path: str, width: int) -> str:
    shown = printable(path)
    return shown.ljust(width) if len(shown) <= width else "…" + shown[-width + 1 :]
