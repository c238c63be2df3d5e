"""What adding tells: each step while it goes on, and at its end what became of every source; it adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from qa.sources import Failure


class Outcome(StrEnum):
    """What became of one source."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step: the source at hand, how many are done of how many, and, when it is done, its outcome.

    `page` is the page that is being read, where that takes long enough to tell.
    """

    path: str
    done: int
    total: int
    outcome: Outcome | None = None
    reason: str | None = None
    page: int | None = None


@dataclass(slots=True)
class AddReport:
    """What `add` did, by path; `skipped` are files in folders whose kind is not read.

    `incomplete` are those that were added without some of their pages, with what is missing and why.
    """

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    incomplete: list[Failure] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    def count(self, path: str, outcome: Outcome, reason: str | None = None) -> None:
        """Enter one source."""
        if outcome is Outcome.FAILED:
            self.failed.append(Failure(path, reason or ""))
        else:
            {Outcome.ADDED: self.added, Outcome.UNCHANGED: self.unchanged, Outcome.REPLACED: self.replaced}[
                outcome
            ].append(path)


Watch = Callable[[Progress], None]
